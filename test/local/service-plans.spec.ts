import type { DataFolder } from '../../src/local/data-folder.js';
import { planService } from '../../src/local/service-plans.js';
import type { StartSettings } from '../../src/local/start-settings.js';

const place = { root: '.', service: {}, sandbox: { credentials: 'sandbox/credentials' } } as unknown as DataFolder;
const envWith = (runsSandbox: boolean, env: Record<string, string>) =>
  planService({ checkout: '.', programs: 'dist', place, settings: { runsSandbox } as StartSettings, env: { SECRETS_KEY_FILE: 'key', ...env } }, { database: '', redis: '' }, undefined).env;

it('keeps this machine’s access to AWS from a service that works with the sandbox, and our own settings for it', () => {
  const env = { AWS_PROFILE: 'production', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SAMPLE_MS: '5000' };
  const withSandbox = envWith(true, env);
  expect(withSandbox).toMatchObject({ AWS_SAMPLE_MS: '5000', AWS_SHARED_CREDENTIALS_FILE: 'sandbox/credentials', AWS_CONFIG_FILE: '/dev/null' });
  expect(withSandbox).not.toHaveProperty('AWS_PROFILE');
  expect(withSandbox).not.toHaveProperty('AWS_ACCESS_KEY_ID');
  expect(envWith(true, { AWS_SWEEP_MS: '60000' })).toMatchObject({ AWS_SWEEP_MS: '60000' });
  expect(envWith(false, env)).toMatchObject(env);
});
