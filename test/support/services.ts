import { registerHooks } from 'node:module';

// Jest turns this file into CommonJS, where `./x.js` does not find `./x.ts`.
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts');
    return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

/** Jest's globalSetup: PostgreSQL, Redis and SoftHSM for this run alone; tests find them through `process.env`. */
export default async function startServices(jest: { rootDir: string }): Promise<void> {
  const { startTestServices } = await import('./test-services.js');
  await startTestServices(jest.rootDir);
}
