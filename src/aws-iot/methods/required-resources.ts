import type { AwsIotClient } from '../clients/aws-iot.client.js';
import type { Resource } from '../registrations/resources.js';

type Kind = 'thing-type' | 'thing-group' | 'billing-group' | 'policy';

const WORDS: Record<Kind, string> = { 'thing-type': 'thing type', 'thing-group': 'thing group', 'billing-group': 'billing group', policy: 'policy' };

/** Something that a template names and the customer makes: AWS makes none of them while it provisions, and a unit would be stuck. It is only looked for. */
export function requiredResource(kind: Kind, name: string): Resource<{ exists: boolean }> {
  return {
    kind,
    name,
    desired: { exists: true },
    observe: async (aws) => ({ exists: await exists(aws, kind, name) }),
    difference: (observed) => (observed.exists ? [] : [{ what: `there is no ${WORDS[kind]} ${name}, which the template names`, keepsOut: true, remedy: `Make the ${WORDS[kind]} ${name} there.` }]),
    create: () => Promise.resolve(),
    apply: () => Promise.resolve(),
  };
}

async function exists({ groupings, policies }: AwsIotClient, kind: Kind, name: string): Promise<boolean> {
  if (kind === 'policy') return (await policies.find(name)) !== undefined;
  if (kind === 'thing-type') return groupings.hasThingType(name);
  return kind === 'thing-group' ? groupings.hasThingGroup(name) : groupings.hasBillingGroup(name);
}
