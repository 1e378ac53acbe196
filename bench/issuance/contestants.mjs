import { join } from 'node:path';
import { PREPARED, startService } from '../factory.mjs';
import { readRecord, runLoad, runQuietLoad } from '../load.mjs';
import { peakMemory } from '../processes.mjs';
import { copyDatabase } from '../services.mjs';
import { measureTokenRate } from '../token-rate.mjs';
import { prepareCfssl, startCfssl } from './cfssl.mjs';
import { checkLedger, checkSample } from './ledger-check.mjs';

const LEDGER = 'ledger';
/** So long the optimising compiler of V8 has the greater part of its work behind it; a service on a line runs for weeks. */
const WARM_UP = { clients: 16, seconds: 8 };
const BATCH = { clients: 4, batch: 100 };

/** All contestants of a run. Each `run()` is one turn: it starts what it needs, warms up, measures, checks, and stops it. */
export async function makeContestants({ services, key, csrs, options, say }) {
  const cfssl = await prepareCfssl(services);
  const bench = { services, key, csrs, options };
  const all = [
    { name: 'C_Sign', run: async () => [{ name: 'C_Sign', ...(await measureTokenRate(services, Math.min(2, options.load.seconds))) }] },
    ...options.apis.map((count) => ({ name: `single ${count}`, run: () => runSingle(bench, count) })),
    ...options.apis.map((count) => ({ name: `batch ${count}`, run: () => runBatch(bench, count, say) })),
    { name: 'cfssl', run: () => runCfssl(bench, cfssl, false) },
    { name: 'cfssl+pg', run: () => runCfssl(bench, cfssl, true) },
  ];
  const chosen = all.filter(({ name }) => options.only.length === 0 || options.only.includes(name.split(' ')[0]));
  if (chosen.length === 0) throw new Error(`--only takes: ${[...new Set(all.map(({ name }) => name.split(' ')[0]))].join(', ')}`);
  return chosen;
}

/** Our single endpoint, on a ledger made anew. */
async function runSingle({ services, key, csrs, options }, count) {
  await copyDatabase(services, PREPARED, LEDGER);
  const service = await startService(services, LEDGER, { count, key });
  try {
    const record = join(services.folder, 'answered');
    // The answers of the warm-up are looked at one by one; of the measured ones only the number, because reading them costs the load generator time.
    let { next: first, certificates: answered, errors, refusal } = await runLoad(service.contestant, { ...WARM_UP, csrs, first: 0, record });
    if (errors > 0) throw new Error(`The warm-up had ${errors} errors: ${refusal}`);
    const fingerprints = readRecord(record);
    const results = [];
    for (const clients of options.clients) {
      const result = await runQuietLoad(service.contestant, { clients, ...options.load, csrs, first });
      first = result.next;
      answered += result.answered;
      results.push({ name: `single, ${count} api, ${clients} clients`, key: `single-${count}-${clients}`, ...result });
    }
    const rss = Math.max(...service.apis.map(({ pid }) => peakMemory(pid)));
    const cut = WARM_UP.clients + options.load.tries * options.clients.reduce((total, clients) => total + clients, 0);
    const faults = [
      ...(await checkLedger(services, LEDGER, { answered, fingerprints, cut })),
      ...(await checkSample(services, LEDGER, { url: service.apis[0].url, key, csrs, last: first })),
    ];
    return results.map((result) => ({ ...result, rss, faults }));
  } finally {
    await service.stop();
  }
}

/** Our batch endpoint, while there is one. */
async function runBatch({ services, key, csrs, options }, count, say) {
  await copyDatabase(services, PREPARED, LEDGER);
  const service = await startService(services, LEDGER, { count, key });
  try {
    const path = '/v1/certificates/batch';
    const probe = await fetch(`${service.apis[0].url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' }, body: '{}\n' });
    await probe.text();
    if (probe.status === 404) {
      say(`          batch, ${count} api: skipped, ${path} answers 404`);
      return [];
    }
    const contestant = { ...service.contestant, kind: 'batch', path };
    const record = join(services.folder, 'answered');
    const warmUp = await runLoad(contestant, { ...BATCH, seconds: WARM_UP.seconds, csrs, first: 0, record });
    const fingerprints = readRecord(record);
    const result = await runQuietLoad(contestant, { ...BATCH, ...options.load, csrs, first: warmUp.next });
    const faults = await checkLedger(services, LEDGER, { answered: warmUp.certificates + result.answered, fingerprints, cut: (1 + options.load.tries) * BATCH.clients * BATCH.batch });
    const rss = Math.max(...service.apis.map(({ pid }) => peakMemory(pid)));
    return [{ name: `batch of ${BATCH.batch}, ${count} api, ${BATCH.clients} clients`, key: `batch-${count}`, ...result, rss, faults }];
  } finally {
    await service.stop();
  }
}

async function runCfssl({ services, csrs, options }, folder, stores) {
  const name = stores ? 'cfssl+PostgreSQL' : 'cfssl';
  const server = await startCfssl(services, folder, { stores });
  try {
    let { next: first } = await runLoad(server.contestant, { ...WARM_UP, seconds: 1, csrs, first: 0 });
    const results = [];
    for (const clients of options.clients) {
      const result = await runQuietLoad(server.contestant, { clients, ...options.load, csrs, first });
      first = result.next;
      results.push({ name: `${name}, ${clients} clients`, key: `${stores ? 'cfssl+pg' : 'cfssl'}-${clients}`, ...result });
    }
    return results;
  } finally {
    await server.stop();
  }
}
