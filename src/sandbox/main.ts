import '../config/supported-node.js';
import { surviveLostOutput } from '../config/program-output.js';
import { runWithSettings } from '../config/settings.js';
import { logToStandardOutput, reasonOf, withoutFloods } from './event-log.js';
import { loadSandboxSettings } from './settings.js';

surviveLostOutput();
await runWithSettings(async () => {
  const settings = loadSandboxSettings(process.env);
  // Loaded here, since an older Node has no node:sqlite and could not even say so.
  const { startSandbox } = await import('./sandbox.js');
  const sandbox = await startSandbox(settings, withoutFloods(logToStandardOutput)).catch((error: unknown) => {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exit(1);
  });
  const { endpointUrl, mqttPort, proxyPort, accounts } = sandbox;

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    // Nothing that is acknowledged waits in memory, so a stop that hangs may be cut short.
    setTimeout(() => process.exit(0), 500).unref();
    void sandbox.stop().finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The launcher has ended.
  process.on('disconnect', stop);

  logToStandardOutput('sandbox.listening', { pid: process.pid, endpointUrl, mqttPort, proxyPort, accounts });
  process.send?.({ event: 'listening', pid: process.pid, endpointUrl, mqttPort, proxyPort, accounts });
});
