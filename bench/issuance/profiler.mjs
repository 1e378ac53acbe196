// Loaded into an api process with --import: the message 'profile' starts V8's CPU profiler, the next one stops it and writes
// the profile. Profiling from the first moment on would show mostly how the service starts.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();
let running = false;
process.on('message', async (message) => {
  if (message !== 'profile') return;
  if (!running) {
    running = true;
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 300 });
    await session.post('Profiler.start');
    return;
  }
  const { profile } = await session.post('Profiler.stop');
  writeFileSync(`${process.env['PROFILE_FILE']}.new`, JSON.stringify(profile));
  renameSync(`${process.env['PROFILE_FILE']}.new`, process.env['PROFILE_FILE']);
});
