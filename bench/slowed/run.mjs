// npm run bench:slowed – see ../README.md
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCsrPool } from '../csr-pool.mjs';
import { PREPARED, prepareLedger, startService } from '../factory.mjs';
import { checkLedger, checkSample } from '../issuance/ledger-check.mjs';
import { readRecord, runLoad } from '../load.mjs';
import { DISTURBED, waitForQuiet } from '../processes.mjs';
import { CACHE, copyDatabase, runSql, startServices } from '../services.mjs';
import { mean, median, rounded, table } from '../statistics.mjs';
import { startSlowToken } from './slow-token.mjs';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '10,100,1000' },
    signers: { type: 'string', default: '1,2' },
    api: { type: 'string', default: '1' },
    clients: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '1' },
    csrs: { type: 'string', default: '60000' },
    patience: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const numbers = (text) => text.split(',').map(Number);
const clients = Number(values.clients);
const seconds = Number(values.seconds);
const patience = Number(values.patience);
/** How long the plain rate is measured, before and after each turn. */
const RAW_SECONDS = Math.min(4, seconds);
const WARM_UP_SECONDS = 5;
/** The last of all clients waits for all others; the service's own 5 s would refuse those that a token of 10 a second can't serve in time. */
const DEADLINE_MS = 15_000;
const LEDGER = 'ledger';
const GOALS = [0.85, 0.9, 0.97];
const say = (text) => process.stderr.write(`${text}\n`);

const csrs = ensureCsrPool(CACHE, Number(values.csrs));
const services = await startServices();
const results = [];
let token;
try {
  const key = await prepareLedger(services, Number(values.csrs));
  token = await startSlowToken(services);
  for (const rate of numbers(values.rates)) {
    await waitForQuiet(patience);
    const signMs = await token.slowDown(rate);
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const signers of numbers(values.signers)) results.push({ round, signMs, ...(await measure(rate, signers, key)) });
    }
  }
} finally {
  await token?.stop();
  await services.stop();
}
report();

/** One turn: the plain rate, the service on the same token, the plain rate again. */
async function measure(rate, signers, key) {
  await copyDatabase(services, PREPARED, LEDGER);
  await waitForQuiet(patience);
  const before = await token.measure(rate, RAW_SECONDS);
  const settings = { ...token.settings, HSM_SIGNERS: String(signers), HSM_DEADLINE_MS: String(DEADLINE_MS) };
  const service = await startService(services, LEDGER, { count: Number(values.api), key, settings });
  let result;
  let times;
  let faults;
  try {
    const record = join(services.folder, 'answered');
    // What the warm-up leaves behind must not take the token's time for long.
    const few = Math.min(clients, Math.ceil(rate / 10));
    const warmUp = await runLoad(service.contestant, { clients: few, seconds: WARM_UP_SECONDS, csrs, first: 0, record });
    const fingerprints = readRecord(record);
    await token.takeTimes();
    const began = Date.now();
    result = await runLoad(service.contestant, { clients, seconds, csrs, first: warmUp.next });
    times = await token.takeTimes();
    result = { ...result, rate: await storedPerSecond(began, Date.now()) };
    // Whose caller has gone is signed all the same, and the plain rate must not share the token with it.
    await untilNothingWaits(service.apis);
    const answered = warmUp.certificates + result.certificates;
    faults = [
      ...(await checkLedger(services, LEDGER, { answered, fingerprints, cut: few + clients })),
      ...(await checkSample(services, LEDGER, { url: service.apis[0].url, key, csrs, last: result.next })),
    ];
  } finally {
    await service.stop();
  }
  const after = await token.measure(rate, RAW_SECONDS);
  const raw = (before.rate + after.rate) / 2;
  const turn = {
    nominal: rate, signers, raw, ratio: result.rate / raw, ...result, faults,
    rawGapMs: mean([...before.gapsMs, ...after.gapsMs]), gapMs: mean(times.gapsMs), medianGapMs: median(times.gapsMs),
    rawLateMs: mean([...before.lateMs, ...after.lateMs]), lateMs: mean(times.lateMs),
  };
  say(`${rate}/s, ${signers} signer(s): C_Sign ${rounded(raw, 1)}/s, stored ${rounded(result.rate, 1)}/s, ratio ${rounded(turn.ratio, 3)}${result.errors ? `  ${result.errors} ERRORS ${result.refusal ?? ''}` : ''}`);
  return turn;
}

/** By the ledger, from the first to the last commit: with ten certificates a second, one more or less at either end would be a per cent. */
async function storedPerSecond(from, to) {
  const [{ count, span }] = await runSql(services, LEDGER, [`
    select count(*)::float8, extract(epoch from max(completed_at) - min(completed_at))::float8 as span from certificate
    where completed_at between to_timestamp($1::float8 / 1000) and to_timestamp($2::float8 / 1000)`, [from, to]]);
  return (count - 1) / span;
}

async function untilNothingWaits(apis) {
  for (const { url } of apis) {
    for (;;) {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      const open = [...metrics.matchAll(/^lineside_hsm_open_requests\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
      if (open === 0) break;
      await wait(100);
    }
  }
}

function report() {
  const groups = [...Map.groupBy(results, ({ nominal, signers }) => `${nominal} ${signers}`).values()];
  const rows = groups.map((rounds) => {
    const of = (field) => median(rounds.map((round) => round[field]));
    const reached = GOALS.filter((goal) => of('ratio') >= goal).length;
    return [
      `${rounds[0].nominal}/s, ${rounds[0].signers} signer${rounds[0].signers === 1 ? '' : 's'}`,
      rounded(of('raw'), 1), rounded(of('rate'), 1), rounded(of('ratio'), 3), ['MISSED', 'floor', 'target', 'aim'][reached],
      rounded(of('p50')), rounded(of('p99')),
      ...['signMs', 'rawGapMs', 'rawLateMs', 'gapMs', 'medianGapMs', 'lateMs'].map((field) => rounded(of(field) * 1_000)),
      String(rounds.reduce((sum, { errors }) => sum + errors, 0)),
      `${rounds.filter(({ foreignCores }) => foreignCores > DISTURBED).length}/${rounds.length}`,
    ];
  });
  const faults = [...new Set(results.flatMap((result) => result.faults))];
  if (faults.length > 0 || results.some(({ errors }) => errors > 0)) process.exitCode = 1;
  if (values.json) return void process.stdout.write(`${JSON.stringify(results, null, 1)}\n`);
  const head = ['token', 'C_Sign /s', 'stored /s', 'ratio', 'met', 'p50 ms', 'p99 ms', 'a signature µs', 'C_Sign: gap', 'late', 'service: gap', 'median', 'late', 'errors', 'disturbed'];
  const checked = faults.length > 0 ? `LEDGER CHECK FAILED:\n${faults.join('\n')}` : 'Ledger check: every answered certificate is in the ledger with its audit leaf; the samples verify with openssl.';
  process.stdout.write(`${table(head, rows)}\n\nGoals: floor ${GOALS[0]}, target ${GOALS[1]}, aim ${GOALS[2]}. A gap is what the token waits for the next signature to be asked for, late is how much longer than it should a signature took; both in µs, means where no median is named.\n${checked}\n`);
}
