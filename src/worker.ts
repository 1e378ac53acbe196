import './config/supported-node.js';
import { loadConfig } from './config/config.js';
import { surviveLostOutput } from './config/program-output.js';
import { runWithSettings } from './config/settings.js';
import { createApp } from './create-app.js';
import { followLauncher } from './platform/launcher.js';

/** The same program without its REST API: reconciles AWS, takes back leases, keeps the queues true. */
surviveLostOutput();
await runWithSettings(async () => {
  const app = await createApp(loadConfig({ ...process.env, ROLES: 'worker' }));
  followLauncher(() => app.close(), { event: 'working' });
});
