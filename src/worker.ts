import { loadConfig } from './config/config.js';
import { createApp } from './create-app.js';
import { followLauncher } from './platform/launcher.js';

/** The same program without its REST API: reconciles AWS, takes back leases, keeps the queues true. */
const app = await createApp(loadConfig({ ...process.env, ROLES: 'worker' }));
followLauncher(() => app.close(), { event: 'working' });
