import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../platform/database/schema.js';
import { AwsIotUnavailable } from '../aws-iot.errors.js';
import type { AwsIotClient } from '../clients/aws-iot.client.js';
import type { Intent } from './resource-intents.js';
import { type Difference, type Resource, sameJson } from './resources.js';

/** What a person does about what can't be applied. */
const CHANGE_IN_AWS = 'Change it in AWS, or take it over: POST …/accept.';

/** Of a resource that is not there. */
export const EXISTS = 'exists';

/** What the ledger knows of a resource from earlier rounds. */
export interface KnownResource {
  /** What stood in AWS when it was last as we want it, each setting by itself; empty when none ever was. */
  applied: Record<string, Json>;
  /** Settings that a person has taken over as he made them in AWS. */
  accepted: Record<string, Json>;
  /** What AWS was asked, which may take effect only now, or has since it was last seen. */
  asked: Intent[];
}

/** Asks AWS by this call, which is to make this of these settings: the ledger has it first. */
export type Ask = (settings: Record<string, Json>, call: () => Promise<void>) => Promise<void>;

/** What may be done in a round. `ordered`: a person wants everything made right. `unfinished`: the CA was never brought to where it should be. */
export interface Permission {
  ordered: boolean;
  enforced: boolean;
  unfinished: boolean;
  /** No device is to be kept out there before the CA may let devices in by itself. */
  letsDevicesIn: boolean;
}

/** How one round at a resource ended. */
export interface ResourceRound {
  observed: Record<string, Json>;
  /** Those that nobody has taken over. */
  differences: Difference[];
  /** Those that a person has taken over, and that are still as he took them over. */
  accepted: Difference[];
  /** What keeps devices out, taken over or not, and what a person changed under them that nobody has taken over. */
  keepsOut: string[];
  /** Of these, what a person does about those with a remedy of their own. */
  byHand: string[];
  /** Some of these keep nobody out once they are taken over. */
  toTakeOver: boolean;
  /** The settings that were made right. */
  changed: string[];
  /** Auto-registration stays off until `letsDevicesIn`. */
  waits: boolean;
}

export type Round = <Observed extends object>(resource: Resource<Observed>, aws: AwsIotClient, known: KnownResource, permission: Permission, ask: Ask) => Promise<ResourceRound>;

/**
 * Observes, makes what is missing, applies what may be applied, and observes what came of it. What a person has changed in AWS is
 * reported and left, unless the target is ours to enforce or a person orders it; what only differs because we want something new is applied.
 */
export const bringAbout: Round = async (resource, aws, known, permission, ask) => {
  const wasSeen = Object.keys(known.applied).length > 0;
  const changed: string[] = [];
  let observed = await resource.observe(aws);
  if (!observed) {
    const absent = missing(resource, known);
    const mayMake = permission.ordered || (absent.accepted.length === 0 && (!wasSeen || permission.enforced || (permission.unfinished && resource.kind === 'ca-certificate')));
    if (!mayMake) return absent;
    await ask(resource.asks?.(null, permission.letsDevicesIn) ?? resource.desired, () => resource.create(aws, permission.letsDevicesIn));
    observed = await mustObserve(resource, aws);
    if (wasSeen) changed.push(resource.kind);
  }
  const wanted = resource.difference(observed).filter((difference) => mayApply(difference, resource, observed as Record<string, Json>, known, permission));
  const waits = !permission.letsDevicesIn && wanted.some((difference) => opensTheDoor(difference, resource) || isMadeAnew(difference, resource));
  const applied = wanted.filter((difference) => permission.letsDevicesIn || !opensTheDoor(difference, resource));
  if (applied.length > 0) {
    await ask(askedBy(resource, applied, permission.letsDevicesIn), () => resource.apply(aws, applied, permission.letsDevicesIn));
    changed.push(...applied.flatMap(({ change }) => change ?? []));
    observed = await mustObserve(resource, aws);
  }
  return { ...seen(resource, observed, known, permission), changed, waits };
};

/** One look, which changes nothing in the target. */
export const lookAt: Round = async (resource, aws, known, permission) => {
  const observed = await resource.observe(aws);
  return observed ? seen(resource, observed, known, permission) : missing(resource, known);
};

/** Whether two settings are the same; of JSON texts, which AWS may answer with other white space, what they say. */
export function sameSetting(left: Json | undefined, right: Json | undefined): boolean {
  return typeof left === 'string' && typeof right === 'string' && left !== right ? sameJson(left, right) : isDeepStrictEqual(left, right);
}

/** Of `Difference.what`, the name by which it is accepted. */
export const settingOf = ({ setting, change, what }: Difference): string => setting ?? change ?? what;

export const canApply = (difference: Difference): boolean => settingOf(difference) === EXISTS || difference.change !== undefined;

/** What a person does about what can't be applied, or needs more than that. */
export const byHandOf = (difference: Difference): string | undefined => difference.remedy ?? (canApply(difference) ? undefined : CHANGE_IN_AWS);

/** Of the differences of what stands in AWS, those that keep devices out. What only differs because we want something new is not a person's change: devices get in until it is applied, and then. */
export function differencesKeepingOut<Observed extends object>(resource: Resource<Observed>, observed: Observed, known: KnownResource, unfinished = false): Difference[] {
  const facts = observed as Record<string, Json>;
  const byItself = { ordered: false, enforced: false, unfinished, letsDevicesIn: true };
  return resource.difference(observed)
    .filter((each) => each.keepsOut || (each.mayKeepOut && !isAccepted(each, facts, known) && !mayApply(each, resource, facts, known, byItself)));
}

function mayApply(difference: Difference, resource: Wanted, observed: Record<string, Json>, known: KnownResource, { ordered, enforced, unfinished }: Permission): boolean {
  if (difference.change === undefined) return false;
  if (ordered || difference.onlyOrdered || isAccepted(difference, observed, known)) return ordered;
  const setting = settingOf(difference);
  const isOurs = (setting in known.applied && sameSetting(observed[setting], known.applied[setting])) || wasAsked(difference, resource, observed, known);
  // One of ours was an officer's, who has lifted it.
  if (difference.isStop) return isOurs;
  return enforced || isOurs || (unfinished && resource.kind === 'ca-certificate');
}

/**
 * A call of ours has made it so, or one without an answer may have, for what was wanted when it was made. What keeps devices out is a person's as long as nobody knows that it is ours (rule 6).
 */
export function wasAsked(difference: Difference, resource: Wanted, observed: Record<string, Json>, { asked }: KnownResource): boolean {
  const setting = settingOf(difference);
  const mayBeAStop = difference.isStop === true || opensTheDoor(difference, resource);
  return asked.some(({ settings, answered }) => setting in settings && sameSetting(observed[setting], settings[setting]) && (answered || !mayBeAStop));
}

function askedBy<Observed extends object>(resource: Resource<Observed>, differences: readonly Difference[], letsDevicesIn: boolean): Record<string, Json> {
  return resource.asks?.(differences, letsDevicesIn) ?? Object.fromEntries(differences.flatMap(({ change }) => (change !== undefined && change in resource.desired ? [[change, resource.desired[change]!]] : [])));
}

type Wanted = Pick<Resource, 'kind' | 'desired'>;

function opensTheDoor({ change }: Difference, { desired }: Pick<Resource, 'desired'>): boolean {
  return change === 'autoRegistration' && desired['autoRegistration'] === 'ENABLE';
}

/** Registered again, the CA lets no device in at first. */
function isMadeAnew({ onlyOrdered }: Difference, { desired }: Pick<Resource, 'desired'>): boolean {
  return onlyOrdered === true && desired['autoRegistration'] === 'ENABLE';
}

function isAccepted(difference: Difference, observed: Record<string, Json>, known: KnownResource): boolean {
  const setting = settingOf(difference);
  return setting in known.accepted && sameSetting(known.accepted[setting], observed[setting] ?? null);
}

function seen<Observed extends object>(resource: Resource<Observed>, observed: Observed, known: KnownResource, { unfinished }: Permission): ResourceRound {
  const facts = { ...(observed as Record<string, Json>) };
  return { observed: facts, ...sorted(resource.difference(observed), facts, known), ...keepingOut(differencesKeepingOut(resource, observed, known, unfinished)), changed: [], waits: false };
}

function missing(resource: { kind: string; name: string }, known: KnownResource): ResourceRound {
  const difference: Difference = { what: `there is no ${resource.kind} ${resource.name}`, setting: EXISTS, keepsOut: true };
  return { observed: {}, ...sorted([difference], { [EXISTS]: false }, known), ...keepingOut([difference]), changed: [], waits: false };
}

function keepingOut(keeping: readonly Difference[]): Pick<ResourceRound, 'keepsOut' | 'byHand' | 'toTakeOver'> {
  return { keepsOut: keeping.map(({ what }) => what), byHand: keeping.flatMap((each) => byHandOf(each) ?? []), toTakeOver: keeping.some(({ mayKeepOut }) => mayKeepOut) };
}

function sorted(all: readonly Difference[], facts: Record<string, Json>, known: KnownResource): Pick<ResourceRound, 'differences' | 'accepted'> {
  const accepted = all.filter((each) => isAccepted(each, facts, known));
  return { differences: all.filter((each) => !accepted.includes(each)), accepted };
}

async function mustObserve<Observed extends object>(resource: Resource<Observed>, aws: AwsIotClient): Promise<Observed> {
  const observed = await resource.observe(aws);
  if (!observed) throw new AwsIotUnavailable(`The ${resource.kind} ${resource.name} was made, but AWS IoT does not show it yet`);
  return observed;
}
