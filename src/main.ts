import './config/supported-node.js';
import { loadConfig } from './config/config.js';
import { surviveLostOutput } from './config/program-output.js';
import { runWithSettings, StartRefused } from './config/settings.js';
import { createApp } from './create-app.js';
import { followLauncher } from './platform/launcher.js';

surviveLostOutput();
await runWithSettings(async () => {
  const config = loadConfig(process.env);
  const app = await createApp(config);
  if (config.ROLES.includes('api')) {
    await app.listen(config.PORT, config.HOST).catch((error: unknown) => {
      throw new StartRefused(`The API can't listen on HOST and PORT (${String((error as NodeJS.ErrnoException).code)}).`, 'Stop what uses the port, or set HOST and PORT to others.', { cause: error });
    });
  }
  followLauncher(() => app.close(), { event: 'listening', url: config.ROLES.includes('api') ? await app.getUrl() : null });
});
