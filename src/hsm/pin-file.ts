import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

const GROUP_READ = 0o040;
const GROUP_WRITE_AND_OTHERS = 0o037;

/**
 * Reads a PIN and drops the line ending that editors add. Only child processes call this; the service itself never
 * knows a PIN.
 * @param name how to call the file in a message, since its path and content do not belong there
 * @throws Error with one sentence that says what to do
 */
export function readPinFile(path: string, name: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new Error(`The file named by ${name} can't be opened (${codeOf(error)}).`, { cause: error });
  }
  try {
    // The opened file is asked, not the path: nobody can swap it in between.
    const { mode, uid } = fstatSync(file);
    // Kubernetes and systemd hand secrets out as root's, readable by the service's group. Any other group is a mistake.
    const groupIsMeant = uid === 0 && process.getuid?.() !== 0;
    if (mode & GROUP_WRITE_AND_OTHERS || (mode & GROUP_READ && !groupIsMeant)) {
      throw new Error(`The file named by ${name} is open to other users; run chmod 600 on it.`);
    }
    const pin = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (pin === '') throw new Error(`The file named by ${name} is empty.`);
    return pin;
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
