import { askLedger, type Examined, type Finding } from './examination.js';

const SHOWN = 5;
/** A first attempt or two that fails heals by itself. */
const PATIENCE = 3;

const HELD_UP = `
  select unit.serial, renewal.state, renewal.detail, renewal.remedy, renewal.attempts, renewal.since, renewal.step, renewal.aws_error as "awsError"
  from renewal join unit on unit.id = renewal.unit_id
  where renewal.state not in ('done', 'cancelled') and renewal.remedy is not null and renewal.attempts >= ${PATIENCE}
  order by renewal.since limit ${SHOWN + 1}`;

interface HeldUp {
  serial: string;
  state: string;
  detail: string | null;
  remedy: string;
  attempts: number;
  since: Date;
  step: string | null;
  awsError: string | null;
}

/** Units in the field whose new certificate waits for somebody: their devices keep the old one. */
export async function checkRenewals(examined: Examined): Promise<Finding[]> {
  const name = 'renewals';
  const heldUp = await askLedger(examined, async (client) => (await client.query<HeldUp>(HELD_UP)).rows);
  if (heldUp === undefined) return [{ name, state: 'ok', finding: 'not known while the ledger does not run' }];
  if (heldUp.length === 0) return [{ name, state: 'ok', finding: 'none waits for anybody' }];
  const more: Finding[] = heldUp.length > SHOWN ? [{ name, state: 'warn', finding: 'more than these wait for somebody', remedy: 'GET /v1/renewals lists them, each with its remedy.' }] : [];
  return [...heldUp.slice(0, SHOWN).map(findingOf), ...more];
}

function findingOf({ serial, state, detail, remedy, attempts, since, step, awsError }: HeldUp): Finding {
  const at = step === null ? '' : ` at step ${step}`;
  const answered = awsError === null ? '' : `, last answered ${awsError}`;
  return { name: `renewal of ${serial}`, state: 'warn', finding: `${state}: ${detail ?? 'it waits'}. Looked at ${attempts} times${at}${answered}; so since ${since.toISOString()}.`, remedy };
}
