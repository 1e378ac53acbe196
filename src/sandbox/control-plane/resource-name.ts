import { invalidRequest } from '../service-error.js';
import type { Call } from './operation.js';

/** The name of something that a request names by its name or by its ARN. `kind` is what stands before the name in the ARN. */
export function nameOf({ account }: Call, kind: string, name: string | undefined, arn: string | undefined): string {
  const prefix = account.arn(`${kind}/`);
  if (arn !== undefined && !arn.startsWith(prefix)) throw invalidRequest(`${arn} is no ARN of a ${kind} of this account and region.`);
  const fromArn = arn?.slice(prefix.length);
  if (name !== undefined && fromArn !== undefined && name !== fromArn) throw invalidRequest(`The name and the ARN of the ${kind} contradict each other.`);
  const found = name ?? fromArn;
  if (found === undefined) throw invalidRequest(`The name or the ARN of the ${kind} is missing.`);
  return found;
}
