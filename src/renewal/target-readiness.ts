import { Injectable } from '@nestjs/common';
import { isAboutSignature, isDenied } from '../aws-iot/clients/aws-failure.js';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { type CertificatePlace, CertificatePlaces } from '../aws-iot/units/certificate-places.repository.js';
import { type CheckedTarget, UnitLooks } from '../aws-iot/units/unit-looks.js';
import { CertificateRepository } from '../issuance/certificate.repository.js';
import { mayNotConnect, mayNotIssue } from '../issuance/issuance.errors.js';
import type { Ledger } from '../platform/database/database.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { LOOK } from './renewal.repository.js';

/** Why a renewal does not go on in one target, in one sentence. */
export interface Hindrance {
  target: string;
  problem: string;
  /** What a person does about it; null where it goes on by itself. */
  remedy: string | null;
  /** AWS's name of the error, or Node's code of a network failure. */
  awsError: string | null;
  /** At which step it waits: the target's own, or `look` where AWS was asked. */
  step: string;
  /** AWS was asked, and did not answer in time. */
  inVain?: boolean;
}

const BY_ITSELF = 'It goes on by itself then, at once with POST …/renewal/retry.';

/** Whether the targets of a unit would let its device in with a new certificate. Its order may have been closed long ago, and targets that are retired don't count. */
@Injectable()
export class TargetReadiness {
  constructor(
    private readonly certificates: CertificateRepository,
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
    private readonly places: CertificatePlaces,
    private readonly looks: UnitLooks,
  ) {}

  /** Rule 7. Throws `may-not-issue` while a target does not have the authority, and so could not take what it signs. */
  async permit(tx: Ledger, order: string, authority: string): Promise<void> {
    const targets = await this.places.problemsOf(order, authority, tx);
    if (targets.length === 0) throw mayNotIssue(order, 'None of its targets is in use any more');
    const problems = targets.flatMap(({ target, problem, remedy }) => (problem === null ? [] : [`${target}: ${problem} → ${String(remedy)}`]));
    if (problems.length > 0) throw mayNotConnect(authority, problems.join('; '), 'and ask for the renewal again');
  }

  /** What each target that would not let the device in with this certificate lacks, by what was last seen there; empty when all would. */
  async lacking(certificateId: string, ledger?: Ledger): Promise<Hindrance[]> {
    const { workOrderId } = await this.certificates.getByFingerprint(certificateId, ledger);
    const { targets, method } = await this.orders.getTerms(workOrderId);
    // Where units introduce themselves, a target that has never met the unit will meet it with the new certificate.
    const introduces = this.methods.get(method).arrivesAs.length > 0;
    const places = new Map((await this.places.of(certificateId, ledger)).map((place) => [place.target, place]));
    return (await this.places.inUse(targets, ledger)).flatMap((target) => {
      const place = places.get(target);
      if (place?.desired === 'ACTIVE' && (place.state === 'in-sync' || (isToMeet(place) && introduces))) return [];
      return [hindranceAt(target, place, 'the new certificate is not ACTIVE there yet')];
    });
  }

  /** Where the old certificate is in use still. */
  async stillInUse(certificateId: string, ledger: Ledger): Promise<Hindrance[]> {
    const inUse = (await this.places.of(certificateId, ledger)).filter(({ state, desired }) => state !== 'in-sync' || desired === 'ACTIVE');
    return inUse.map((place) => hindranceAt(place.target, place, 'the old certificate is not INACTIVE there yet'));
  }

  /** The first target in which the device was seen connected with this very certificate. */
  async sighting(certificateId: string, ledger: Ledger): Promise<{ target: string; at: Date } | undefined> {
    const place = (await this.places.of(certificateId, ledger)).find(({ connectedAt }) => connectedAt !== null);
    return place && { target: place.target, at: place.connectedAt! };
  }

  /** Whether AWS was last seen to differ from the ledger about the certificate, which a person may have mended since. */
  async hasDrifted(certificateId: string, ledger: Ledger): Promise<boolean> {
    return (await this.places.of(certificateId, ledger)).some(({ state }) => state === 'drifted');
  }

  /** Asks AWS now, in each target, and keeps what was seen. Answers what stands against the device there, also that AWS could not be asked. */
  async askAws(certificateId: string, serial: string): Promise<Hindrance[]> {
    const [{ authorityId, workOrderId }, places] = [await this.certificates.getByFingerprint(certificateId), await this.places.of(certificateId)];
    const toMeet = new Set(places.filter(isToMeet).map(({ target }) => target));
    const seen = (await this.looks.checkCertificate(certificateId)).flatMap((checked): Hindrance[] => {
      if (checked.problem === null || (checked.lack === 'certificate' && toMeet.has(checked.target))) return [];
      return [{ target: checked.target, problem: `${checked.target}: ${checked.problem}`, remedy: remedyOf(checked, serial), awsError: checked.awsError, step: LOOK, inVain: checked.inVain }];
    });
    return [...seen, ...(toMeet.size === 0 || authorityId === null ? [] : await this.closedTo(toMeet, workOrderId, authorityId))];
  }

  /** What keeps a device that has yet to introduce itself from these targets. */
  private async closedTo(targets: ReadonlySet<string>, order: string, authority: string): Promise<Hindrance[]> {
    const problems = await this.places.problemsOf(order, authority);
    return problems.flatMap(({ target, problem, remedy }) => (problem === null || !targets.has(target) ? [] : [{ target, problem: `${target}: ${problem}`, remedy, awsError: null, step: LOOK }]));
  }
}

/** The certificate's own method waits for its device to connect there for the first time. */
function isToMeet({ desired, state, awaitsDevice }: CertificatePlace): boolean {
  return desired === 'ACTIVE' && state === 'pending' && awaitsDevice;
}

/** By what was last seen. `otherwise`: where nothing was. */
function hindranceAt(target: string, place: CertificatePlace | undefined, otherwise: string): Hindrance {
  const { detail = null, awsError = null, step = LOOK, state = 'pending' } = place ?? {};
  // A step that has not been taken yet needs nobody.
  const remedy = detail === null ? null : awsError === null ? `Make it right in AWS. ${BY_ITSELF}` : remedyOfError(target, awsError);
  return { target, problem: `${target}: ${detail ?? otherwise}`, remedy, awsError, step: state === 'pending' ? step : LOOK };
}

function remedyOf({ target, lack, awsError, registered }: CheckedTarget, serial: string): string {
  if (registered === null) return awsError === null ? `See that the target ${target} is in use and AWS answers there. ${BY_ITSELF}` : remedyOfError(target, awsError);
  switch (lack) {
    case 'policy': return `Attach a policy to the certificate in ${target}, or cancel the renewal. ${BY_ITSELF}`;
    case 'thing': return `Attach the certificate to the Thing ${serial} in ${target}, or cancel the renewal. ${BY_ITSELF}`;
    case 'status': return `Set the certificate ACTIVE in ${target}, or cancel the renewal. ${BY_ITSELF}`;
    case 'certificate':
    case null: return `Register the certificate in ${target} with its Thing and policy, or cancel the renewal. ${BY_ITSELF}`;
  }
}

function remedyOfError(target: string, awsError: string): string {
  if (isDenied(awsError)) return `Allow the target’s role what AWS names (docs/aws, under Renewal; POST /v1/aws/targets/${target}/check). ${BY_ITSELF}`;
  if (isAboutSignature(awsError)) return `Set the clock of the machine that runs the worker right (NTP) where it is wrong, or the target’s credentials. ${BY_ITSELF}`;
  return `Mend what AWS names, or the way to AWS. ${BY_ITSELF}`;
}
