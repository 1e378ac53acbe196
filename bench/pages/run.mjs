// npm run bench:pages – see ../README.md
import { parseArgs } from 'node:util';
import { newApiKey } from '../../dist/access/api-key.js';
import { PREPARED, prepareLedger, startApi } from '../factory.mjs';
import { carelessly, FILLED, fillLedger } from '../growth/fill.mjs';
import { readIndexes } from '../growth/structure.mjs';
import { copyDatabase, runSql, startServices } from '../services.mjs';
import { median, rounded, table } from '../statistics.mjs';

/** Of the prepared order, which nobody works on here. */
const UNITS = 10;
/** Requests before anything is measured: V8 compiles, and connections plan their statements. */
const WARM_UP = 300;
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1e3,1e6' },
    pages: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '3' },
    most: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const say = (text) => process.stderr.write(`${text}\n`);

const services = await startServices();
const ledgers = values.sizes.split(',').map((text) => ({ size: Number(text), database: `ledger_${Number(text)}`, rounds: [] })).toSorted((a, b) => a.size - b.size);
try {
  await prepareLedger(services, UNITS);
  const key = newApiKey('manager');
  await runSql(services, PREPARED, [`insert into api_key (id, role, name, secret_sha256) values ($1, 'manager', 'bench', $2)`, [key.id, key.secretSha256]]);
  await carelessly(services, async () => {
    // Each begins as a copy of the one before.
    let source = { size: 0, database: PREPARED };
    for (const ledger of ledgers) {
      await copyDatabase(services, source.database, ledger.database);
      await fillLedger(services, ledger.database, { from: source.size, to: ledger.size, say });
      source = ledger;
    }
  });
  for (const ledger of ledgers) {
    await readIndexes(services, ledger.database, FILLED);
    ledger.api = await startApi(services, ledger.database);
    await read(ledger, key.text, WARM_UP);
  }
  for (let round = 1; round <= Number(values.rounds); round++) {
    // Turn by turn, so that the machine's moods meet all sizes alike.
    for (const ledger of ledgers) {
      const times = await read(ledger, key.text, Number(values.pages));
      ledger.rounds.push({ p50: median(times), max: Math.max(...times) });
      say(`round ${round}  ${ledger.size.toLocaleString('en').padStart(12)} units  ${rounded(median(times), 2)} ms a page`);
    }
  }
} finally {
  await Promise.all(ledgers.map(({ api }) => api?.stop()));
  await services.stop();
}
report();

/** Pages of random units, one after the other. Answers how long each took, in milliseconds. */
async function read({ api, size }, key, count) {
  const times = [];
  for (let page = 0; page < count; page++) {
    const serial = `O-${String(1 + Math.floor(Math.random() * size)).padStart(9, '0')}`;
    const start = performance.now();
    const answer = await fetch(`${api.url}/v1/units/${serial}`, { headers: { authorization: `Bearer ${key}` } });
    const unit = await answer.json();
    times.push(performance.now() - start);
    if (unit.serial !== serial || unit.history.length === 0 || unit.attempts.length === 0) throw new Error(`the page of ${serial} answered ${answer.status}: ${JSON.stringify(unit).slice(0, 300)}`);
  }
  return times;
}

function report() {
  const smallest = ledgers[0];
  const summary = ledgers.map(({ size, rounds }) => ({
    size, p50: median(rounds.map(({ p50 }) => p50)), max: Math.max(...rounds.map(({ max }) => max)),
    ratio: median(rounds.map(({ p50 }, round) => p50 / smallest.rounds[round].p50)),
  }));
  if (values.json) process.stdout.write(`${JSON.stringify({ summary }, null, 1)}\n`);
  else process.stdout.write(`${table(['units', 'p50 ms', 'max ms', `÷ on ${smallest.size.toLocaleString('en')}`], summary.map(({ size, p50, max, ratio }) => [size.toLocaleString('en'), rounded(p50, 2), rounded(max, 1), rounded(ratio, 2)]))}\n`);
  if (summary.some(({ ratio }) => !(ratio <= Number(values.most)))) process.exitCode = 1;
}
