// Jest turns this file into CommonJS, where `./x.js` does not find `./x.ts`.
import './typescript-sources.mjs';

/** Jest's globalSetup: PostgreSQL, Redis and SoftHSM for this run alone; tests find them through `process.env`. */
export default async function startServices(jest: { rootDir: string }): Promise<void> {
  const { startTestServices } = await import('./test-services.js');
  await startTestServices(jest.rootDir);
}
