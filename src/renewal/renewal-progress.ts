import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { type Renewal, type RenewalChange, RenewalRepository } from './renewal.repository.js';
import { Switchover } from './switchover.js';
import { type Hindrance, TargetReadiness } from './target-readiness.js';

const HOUR_MS = 3_600_000;
/** Of those that wait for a target which does not answer, those that have asked it ask again so soon, and the others are due once it answers. */
const ASK_AGAIN_MS = 60_000;
const NOT_FETCHED = 'Nobody has fetched the new certificate in time';
const NOT_SEEN = {
  detail: 'Its device was not seen with the new certificate in time',
  remedy: 'Cancel the renewal (POST …/renewal/cancel), or wait for the device: its old certificate stays in use.',
};

const MAY_HAVE_IT = 'Look which of its two certificates the device uses. If it is the new one, say so (POST …/renewal/seen); otherwise mend the old one in AWS, or cancel the renewal, which revokes the new one.';

/** The next step depends on what AWS says now of this certificate. */
interface Question {
  ask: string;
}
/** What AWS said just now against the certificate that it was asked of; undefined where it was not asked. */
type Asked = { of: string; against: readonly Hindrance[] } | undefined;

/**
 * Takes renewals from one state to the next, each step in one transaction, so that whoever dies leaves one that anybody can go on with. The old certificate is switched off, and
 * revoked, only after the device was seen connected with the new one in one of the targets at least, and while each target lets it in with that: AWS is asked then and there.
 */
@Injectable()
export class RenewalProgress {
  constructor(
    private readonly renewals: RenewalRepository,
    private readonly readiness: TargetReadiness,
    private readonly switchover: Switchover,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** One step, if it may be taken. Otherwise what it waits for is kept, and it is looked at again `againMs` from now. Answers whether it went on. */
  async advance({ id, serial }: Pick<Renewal, 'id' | 'serial'>, againMs: number): Promise<boolean> {
    for (let asked: Asked; ; ) {
      const wentOn = await this.db.transaction().execute(async (tx) => {
        const { renewal } = await this.renewals.lockWithUnit(tx, serial, id);
        const step = await this.stepOf(tx, renewal, asked);
        if ('ask' in step) return step;
        const inMs = asked?.against.some(({ inVain }) => inVain) ? Math.min(againMs, ASK_AGAIN_MS) : againMs;
        await this.renewals.change(tx, renewal, step, step.state === undefined ? inMs : 0);
        return step.state !== undefined;
      });
      if (typeof wentOn === 'boolean') return wentOn;
      asked = { of: wentOn.ask, against: await this.readiness.askAws(wentOn.ask, serial) };
    }
  }

  private async stepOf(tx: Ledger, renewal: Renewal, asked: Asked): Promise<RenewalChange | Question> {
    // Another worker was faster.
    if (renewal.endedAt !== null) return {};
    if (renewal.unconfirmed) return UNCONFIRMED;
    const ended = await this.endOf(tx, renewal);
    if (ended) return ended;
    switch (renewal.state) {
      case 'registering': return this.whenReady(tx, renewal, asked);
      case 'ready':
      case 'delivered': return this.whenSeen(tx, renewal, asked);
      case 'seen': return this.whenOutOfUse(tx, renewal);
      case 'grace': return this.whenGraceIsOver(tx, renewal, asked);
      case 'done':
      case 'cancelled': return {};
    }
  }

  /** One of the two certificates was revoked by somebody else meanwhile. */
  private async endOf(tx: Ledger, renewal: Renewal): Promise<RenewalChange | undefined> {
    const { certificateId, formerCertificateId } = renewal;
    const isOver = renewal.state === 'seen' || renewal.state === 'grace';
    if (isOver || !(await this.switchover.isRevoked(tx, certificateId))) {
      return (await this.switchover.isRevoked(tx, formerCertificateId)) ? this.done(tx, renewal, 'The old certificate was revoked') : undefined;
    }
    return this.cancelled(tx, renewal, 'its certificate was revoked', 'The new certificate was revoked');
  }

  private async whenReady(tx: Ledger, renewal: Renewal, asked: Asked): Promise<RenewalChange | Question> {
    const { serial, certificateId: certificate } = renewal;
    const given = await this.whenUnfetched(tx, renewal, asked);
    if (given) return given;
    if (!isAsked(asked, certificate) && (await this.readiness.hasDrifted(certificate, tx))) return { ask: certificate };
    const hindrances = await this.hindrances(tx, renewal, asked);
    if (hindrances.length > 0) return waitFor(hindrances);
    await this.audit.record(tx, 'system', 'renewal.ready', `unit:${serial}`, { serial, certificate });
    return { state: 'ready', detail: null };
  }

  private async whenSeen(tx: Ledger, renewal: Renewal, asked: Asked): Promise<RenewalChange | Question> {
    const { serial, certificateId: certificate, formerCertificateId: replaces } = renewal;
    const given = await this.whenUnfetched(tx, renewal, asked);
    if (given) return given;
    const sighting = await this.readiness.sighting(certificate, tx);
    if (!isAsked(asked, certificate) && (sighting || (await this.readiness.hasDrifted(certificate, tx)))) return { ask: certificate };
    const hindrances = await this.hindrances(tx, renewal, asked);
    if (hindrances.length > 0) return waitFor(hindrances);
    if (!sighting) return { ...WAITS_BY_ITSELF, ...(renewal.overdue ? NOT_SEEN : {}) };
    if (!(await this.switchover.switchOver(tx, renewal))) return {};
    await this.audit.record(tx, 'system', 'renewal.seen', `unit:${serial}`, { serial, certificate, replaces, target: sighting.target });
    return { state: 'seen', detail: null, seen_at: sighting.at, seen_in: sighting.target };
  }

  private async whenOutOfUse(tx: Ledger, renewal: Renewal): Promise<RenewalChange> {
    const { serial, formerCertificateId: certificate } = renewal;
    const hindrances = await this.readiness.stillInUse(certificate, tx);
    if (hindrances.length > 0) return waitFor(hindrances);
    const graceEndsAt = new Date(Date.now() + this.config.RENEWAL_GRACE_HOURS * HOUR_MS);
    await this.audit.record(tx, 'system', 'renewal.out-of-use', `unit:${serial}`, { serial, certificate, graceEndsAt: graceEndsAt.toISOString() });
    return { state: 'grace', detail: null, grace_ends_at: graceEndsAt };
  }

  private async whenGraceIsOver(tx: Ledger, renewal: Renewal, asked: Asked): Promise<RenewalChange | Question> {
    if (+renewal.graceEndsAt! > Date.now()) return WAITS_BY_ITSELF;
    if (!isAsked(asked, renewal.certificateId)) return { ask: renewal.certificateId };
    const hindrances = await this.hindrances(tx, renewal, asked);
    if (hindrances.length > 0) return waitFor(hindrances);
    await this.switchover.revokeOld(tx, renewal);
    return this.done(tx, renewal, null);
  }

  /** What AWS said just now, and what the ledger says besides of other targets. */
  private async hindrances(tx: Ledger, { certificateId }: Renewal, asked: Asked): Promise<Hindrance[]> {
    const known = await this.readiness.lacking(certificateId, tx);
    const said = isAsked(asked, certificateId) ? asked.against : [];
    return [...said, ...known.filter(({ target }) => !said.some((each) => each.target === target))];
  }

  private async done(tx: Ledger, { serial, certificateId: certificate, formerCertificateId: replaces }: Renewal, detail: string | null): Promise<RenewalChange> {
    await this.audit.record(tx, 'system', 'renewal.done', `unit:${serial}`, { serial, certificate, replaces });
    return { state: 'done', detail, ended_at: new Date() };
  }

  private async cancelled(tx: Ledger, { serial, certificateId: certificate }: Renewal, reason: string, detail: string): Promise<RenewalChange> {
    await this.audit.record(tx, 'system', 'renewal.cancelled', `unit:${serial}`, { serial, certificate, reason });
    return { state: 'cancelled', detail, ended_at: new Date() };
  }

  /**
   * In the ledger nobody has the new certificate, and the old one is valid: `endOf` has looked. It is withdrawn only where nobody was seen with it all the same, and AWS, asked then and there, lets the device in
   * with the old one: a ledger may have lost that it was fetched. Undefined where the renewal goes on.
   */
  private async whenUnfetched(tx: Ledger, renewal: Renewal, asked: Asked): Promise<RenewalChange | Question | undefined> {
    const { certificateId, formerCertificateId, overdue, deliveredAt } = renewal;
    if (!overdue || deliveredAt !== null || (await this.readiness.sighting(certificateId, tx))) return undefined;
    if (!isAsked(asked, formerCertificateId)) return { ask: formerCertificateId };
    if (asked.against.length === 0) return this.withdraw(tx, renewal);
    const waits = waitFor(asked.against);
    return { ...waits, detail: `${NOT_FETCHED}, and its device may not come in with the old one: ${String(waits.detail)}`, remedy: waits.aws_error === null ? MAY_HAVE_IT : waits.remedy ?? MAY_HAVE_IT };
  }

  private async withdraw(tx: Ledger, renewal: Renewal): Promise<RenewalChange> {
    await this.switchover.withdraw(tx, 'system', renewal, null);
    return this.cancelled(tx, renewal, NOT_FETCHED, NOT_FETCHED);
  }
}

/** Its time, its device or a caller brings it on. */
const WAITS_BY_ITSELF = { detail: null, remedy: null, aws_error: null, step: null };

const UNCONFIRMED = {
  detail: 'The ledger was accepted after it had lost what it held, and nobody has confirmed the unit’s order since: its device may use another certificate than the ledger tells',
  remedy: 'Look which certificate the device uses in AWS, cancel the renewal where the ledger has it wrong, and have a manager confirm the order (POST /v1/work-orders/confirm).',
  aws_error: null, step: null,
};

/** The first target that names an error, a remedy or a step speaks for the others there; `detail` names all. */
function waitFor(hindrances: readonly Hindrance[]): RenewalChange {
  return {
    detail: hindrances.map(({ problem }) => problem).join('; '),
    remedy: hindrances.find(({ remedy }) => remedy !== null)?.remedy ?? null,
    aws_error: hindrances.find(({ awsError }) => awsError !== null)?.awsError ?? null,
    step: hindrances[0]?.step ?? null,
  };
}

function isAsked(asked: Asked, certificateId: string): asked is NonNullable<Asked> {
  return asked?.of === certificateId;
}
