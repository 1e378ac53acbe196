import './config/supported-node.js';
import { loadConfig } from './config/config.js';
import { surviveLostOutput } from './config/program-output.js';
import { runWithSettings } from './config/settings.js';
import { createApp } from './create-app.js';
import { followLauncher } from './platform/launcher.js';

surviveLostOutput();
await runWithSettings(async () => {
  const config = loadConfig(process.env);
  const app = await createApp(config);
  if (config.ROLES.includes('api')) await app.listen(config.PORT, config.HOST);
  followLauncher(() => app.close(), { event: 'listening', url: config.ROLES.includes('api') ? await app.getUrl() : null });
});
