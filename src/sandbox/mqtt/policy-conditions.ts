import { BlockList } from 'node:net';
import { matches } from '../model/pattern.js';
import type { Statement } from '../model/policy-document.js';
import type { PolicyVariables } from './policy-variables.js';

/** Whether a value fits what the policy says. */
type Comparison = (value: string, wanted: string) => boolean;

const same: Comparison = (value, wanted) => value === wanted;
const sameInAnyCase: Comparison = (value, wanted) => value.toLowerCase() === wanted.toLowerCase();
const like: Comparison = (value, wanted) => matches(wanted, value);

/** Operators by name; those that begin with Not or hold Not are the opposite of one of these. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: same,
  StringEqualsIgnoreCase: sameInAnyCase,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: sameInAnyCase,
  IpAddress: inNetwork,
};

/**
 * All conditions of a statement (IAM, "JSON policy elements: Condition"). Without the key in the connection an operator fails, but its
 * opposite, `…IfExists` and `ForAllValues:` hold. With an operator that the sandbox doesn't know a Deny applies, and an Allow does not.
 */
export function conditionsHold({ Condition = {}, Effect }: Statement, variables: PolicyVariables): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const parsed = parseOperator(operator);
      if (parsed === undefined) return Effect === 'Deny';
      return holds(parsed, variables.values(key), wanted, variables);
    }),
  );
}

interface Operator {
  readonly comparison: Comparison;
  readonly isOpposite: boolean;
  readonly ifExists: boolean;
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
}

function parseOperator(text: string): Operator | undefined {
  const [, quantifier, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(text) ?? [];
  const positive = name.replace('Not', '');
  const comparison = Object.hasOwn(COMPARISONS, positive) ? COMPARISONS[positive] : undefined;
  if (comparison === undefined || (positive !== name && positive === 'Bool')) return undefined;
  return { comparison, isOpposite: positive !== name, ifExists: ifExists !== undefined, quantifier: quantifier as Operator['quantifier'] };
}

function holds(operator: Operator, values: readonly string[] | undefined, wanted: readonly string[], variables: PolicyVariables): boolean {
  const { comparison, isOpposite, ifExists, quantifier } = operator;
  if (values === undefined || values.length === 0) return ifExists || quantifier === 'ForAllValues' || (isOpposite && quantifier === undefined);
  const fits = (value: string): boolean => {
    const found = wanted.some((pattern) => {
      const resolved = variables.resolve(pattern);
      return resolved !== undefined && comparison(value, resolved);
    });
    return found !== isOpposite;
  };
  return quantifier === 'ForAllValues' || (quantifier === undefined && isOpposite) ? values.every(fits) : values.some(fits);
}

/** `wanted` is an address or a range in CIDR notation; what is neither fits nothing. */
function inNetwork(value: string, wanted: string): boolean {
  const [address = '', prefix] = wanted.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  // An address of IPv4 on a socket of IPv6.
  const source = value.replace(/^::ffff:(?=\d+\.)/, '');
  if ((source.includes(':') ? 'ipv6' : 'ipv4') !== family) return false;
  try {
    const network = new BlockList();
    if (prefix === undefined) network.addAddress(address, family);
    else network.addSubnet(address, Number(prefix), family);
    return network.check(source, family);
  } catch {
    return false;
  }
}
