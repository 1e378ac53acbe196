/** A step that can't go on: `message` says what is wrong in one sentence, `remedy` what to do. */
export class SetupFailure extends Error {
  constructor(message, remedy) {
    super(message);
    this.name = 'SetupFailure';
    this.remedy = remedy;
  }
}

const NO_NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Temporary failure resolving|Could not resolve|Could not connect|Connection timed out|Network is unreachable|Unable to locate package/;

/** Turns what a failed program said into one sentence and a way out. `command` is what the reader may run by hand. */
export function explainFailure(what, output, command) {
  if (/ENOSPC|No space left on device/.test(output)) {
    return new SetupFailure(`${what} failed: the disk is full.`, `Free some space, then run: ${command}`);
  }
  if (/EACCES|EPERM|Permission denied/.test(output)) {
    return new SetupFailure(`${what} failed: a file or folder may not be written by this user.`, `See the lines above, give this user the right, then run: ${command}`);
  }
  if (NO_NETWORK.test(output)) {
    return new SetupFailure(`${what} failed: the package server can't be reached.`, `Check the network (and the proxy settings), then run: ${command}`);
  }
  return new SetupFailure(`${what} failed.`, `See the lines above; to try it by hand, run: ${command}`);
}
