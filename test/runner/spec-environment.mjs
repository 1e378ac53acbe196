// Jest's `testEnvironment`: the globals of this process. What a spec file changes in them is put back when it ends.
import { join } from 'node:path';
import { register } from 'prom-client';

export default class SpecEnvironment {
  global = globalThis;
  before = { env: { ...process.env }, console: globalThis.console, exit: process.exit };

  constructor({ projectConfig }) {
    // Programs that specs start find the machine code of their modules there. This process, which loads some modules again and again, does not use it.
    process.env.NODE_COMPILE_CACHE = join(projectConfig.cacheDirectory, '..', 'programs');
    // jest-circus would otherwise add its event handlers to those of the file before.
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
  }

  async setup() {}

  async teardown() {
    const { env, console, exit } = this.before;
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    globalThis.console = console;
    process.exit = exit;
    // The metrics of our own sources, which the next spec file loads anew.
    register.clear();
  }

  /** There is no VM context. */
  getVmContext() {}
}
