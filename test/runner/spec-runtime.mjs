// Jest's `runtime`: how a worker loads a spec file. Node itself loads all modules, without a VM context per file: packages once per
// worker, our own sources anew for each spec file (their URLs end in its number), so that their state is never shared.
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const OWN = /\?spec=\d+$/;

let specs = 0;
/** Of the spec file at work; jest makes one for each, with the settings of jest.config.js. */
let transformer;
/** Where the source map of a module is kept, by the module's URL. */
const sourceMaps = new Map();

registerHooks({
  resolve(specifier, context, next) {
    const [spec] = OWN.exec(context.parentURL ?? '') ?? [];
    if (spec === undefined) return next(specifier, context);
    const isSource = specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL.endsWith(`.ts${spec}`);
    const found = next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
    const isOwn = found.url.startsWith('file:') && !found.url.includes('/node_modules/');
    return isOwn ? { ...found, url: found.url + spec } : found;
  },
  load(url, context, next) {
    if (!OWN.test(url) || !url.replace(OWN, '').endsWith('.ts')) return next(url, context);
    const { code, sourceMapPath } = transformer.transform(fileURLToPath(url), {
      isInternalModule: false, supportsDynamicImport: true, supportsExportNamespaceFrom: true, supportsStaticESM: true, supportsTopLevelAwait: true,
    });
    if (sourceMapPath) sourceMaps.set(url, sourceMapPath);
    return { format: 'module', source: code, shortCircuit: true };
  },
});

/** What jest-runner and jest-circus ask of a runtime. */
export default class SpecRuntime {
  constructor(_config, _environment, _resolver, scriptTransformer) {
    transformer = scriptTransformer;
  }

  async unstable_importModule(path) {
    await import(`${pathToFileURL(path)}?spec=${++specs}`);
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  /** jest-circus keeps the tests of a file in its own state, so that each file gets it anew. */
  requireInternalModule(path) {
    delete require.cache[path];
    return require(path);
  }

  requireModule(path) {
    return require(path);
  }

  getSourceMaps() {
    return sourceMaps;
  }

  setGlobalsForRuntime() {}
  enterTestCode() {}
  leaveTestCode() {}
  getAllCoverageInfoCopy() {}
  teardown() {}
}
