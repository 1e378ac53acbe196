// Jest's `runtime`: how a worker loads a spec file. Node itself loads all modules, without a VM context per file: packages once per
// worker, our own sources anew for each spec file (their URLs end in its number), so that their state is never shared.
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const OWN = /\?spec=\d+$/;

let specs = 0;
/** Of the spec file at work; jest makes one for each, with the settings of jest.config.js. */
let transformer;
/** What our own sources import, by specifier and importing file, and their JavaScript, by path: the same for each spec file. */
const resolved = new Map();
const compiled = new Map();
/** Where the source map of a module is kept, by the module's URL. */
const sourceMaps = new Map();

registerHooks({
  resolve(specifier, context, next) {
    const [spec] = OWN.exec(context.parentURL ?? '') ?? [];
    if (spec === undefined || !context.conditions.includes('import')) return next(specifier, context);
    const parent = context.parentURL.slice(0, -spec.length);
    const key = `${specifier} ${parent}`;
    let found = resolved.get(key);
    if (!found) {
      const isSource = specifier.startsWith('.') && specifier.endsWith('.js') && parent.endsWith('.ts');
      const { url, format } = next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
      found = { url, format, shortCircuit: true };
      resolved.set(key, found);
    }
    const isOwn = found.url.startsWith('file:') && !found.url.includes('/node_modules/');
    return isOwn ? { ...found, url: found.url + spec } : found;
  },
  load(url, context, next) {
    if (!OWN.test(url) || !url.replace(OWN, '').endsWith('.ts')) return next(url, context);
    const { code, sourceMapPath } = compile(fileURLToPath(url));
    if (sourceMapPath) sourceMaps.set(url, sourceMapPath);
    return { format: 'module', source: code, shortCircuit: true };
  },
});

function compile(path) {
  if (!compiled.has(path)) {
    const { code, sourceMapPath } = transformer.transform(path, {
      isInternalModule: false, supportsDynamicImport: true, supportsExportNamespaceFrom: true, supportsStaticESM: true, supportsTopLevelAwait: true,
    });
    // The map stands in a file of its own too, and is half of what V8 would have to read.
    compiled.set(path, { code: code.replace(/\/\/# sourceMappingURL=data:.*\s*$/, ''), sourceMapPath });
  }
  return compiled.get(path);
}

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
