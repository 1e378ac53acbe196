import { loadConfig } from './config/config.js';
import { createApp } from './create-app.js';
import { followParent } from './platform/parent.js';

/** The same program without its REST API: reconciles AWS, takes back leases, mends the conveyor. */
const app = await createApp(loadConfig({ ...process.env, ROLES: 'worker' }));
followParent(() => app.close(), { event: 'working' });
