// Preloaded into the agent (node --import): the power goes at its step number KILL_AT. A step is whatever lasts beyond the process: a change of a file in KILL_IN, a request, an answer that has come, a program
// that is started or has ended. It is killed before the step; a step that waits is the one after it. What each step was is written to KILL_LOG.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

const { KILL_AT, KILL_IN, KILL_LOG } = process.env;
const last = Number(KILL_AT);
const append = fs.appendFileSync;
let steps = 0;

function step(what) {
  steps += 1;
  append(KILL_LOG, `${what}\n`);
  if (steps === last) process.kill(process.pid, 'SIGKILL');
}

const named = (path) => String(path).slice(KILL_IN.length).replace(/[0-9a-f]{8}(-[0-9a-f-]+)?/g, 'x').replace(/\d{5,}/g, 'n');

function wrap(module, name, changes = () => true) {
  const original = module[name];
  module[name] = (...given) => {
    if (typeof given[0] === 'string' && given[0].startsWith(KILL_IN) && changes(...given)) step(`${name} ${named(given[0])}`);
    return original(...given);
  };
}

for (const name of ['writeFileSync', 'renameSync', 'rmSync', 'mkdirSync']) wrap(fs, name);
for (const name of ['rename', 'rm']) wrap(fsPromises, name);
wrap(fsPromises, 'open', (_path, flags) => flags === 'w');

const request = http.request;
http.request = (url, options, answered) => {
  const what = `${options.method} ${url.pathname.replace(/\d+/, 'n')}`;
  step(what);
  return request(url, options, (response) => {
    step(`answer to ${what}`);
    answered(response);
  });
};

const spawn = childProcess.spawn;
childProcess.spawn = (...given) => {
  step('spawn');
  const child = spawn(...given);
  child.prependOnceListener('exit', () => step('the program has ended'));
  return child;
};

syncBuiltinESMExports();
