import { lookup as resolve, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** This machine. */
const OWN = new BlockList();
OWN.addSubnet('127.0.0.0', 8);
OWN.addAddress('::1', 'ipv6');

/** Where nobody's ERP is: addresses of the link, at which clouds answer with credentials (RFC 3927, RFC 4291 section 2.5.6), those that other clouds use for that, and those that name no machine. */
const NOBODYS = new BlockList();
NOBODYS.addSubnet('169.254.0.0', 16);
NOBODYS.addSubnet('fe80::', 10, 'ipv6');
NOBODYS.addAddress('fd00:ec2::254', 'ipv6');
NOBODYS.addAddress('100.100.100.200');
NOBODYS.addAddress('168.63.129.16');
NOBODYS.addSubnet('0.0.0.0', 8);
NOBODYS.addAddress('::', 'ipv6');
NOBODYS.addSubnet('224.0.0.0', 4);
NOBODYS.addAddress('255.255.255.255');
NOBODYS.addSubnet('ff00::', 8, 'ipv6');

/** Something is not sent, whoever asked for it: the service must not be made to ask an address that only it reaches. */
export class AddressRefused extends Error {}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '');
const isOwn = (host: string) => host === 'localhost' || (isIP(host) !== 0 && OWN.check(host, familyOf(host)));
const isListed = (url: URL, listed: readonly string[]) => listed.includes(url.host.toLowerCase());

/** What is wrong with such an address, as a sentence; undefined when messages may go there. `listed`: WEBHOOK_HOSTS. To which addresses its name leads is seen when it is called. */
export function problemOfUrl(text: string, listed: readonly string[]): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return 'It must be an address of https';
  if (url.username !== '' || url.password !== '') return 'It must hold no user and no password: messages are signed';
  if (url.hash !== '') return 'It must have no fragment';
  if (isListed(url, listed) || isOwn(hostOf(url))) return undefined;
  if (url.protocol === 'http:') return `Messages go by http to this machine and to hosts of WEBHOOK_HOSTS only, and ${url.host} is none`;
  return isIP(hostOf(url)) === 0 ? undefined : problemOfAddress(hostOf(url));
}

function problemOfAddress(address: string): string | undefined {
  const family = familyOf(address);
  if (!OWN.check(address, family) && !NOBODYS.check(address, family)) return undefined;
  return `${address} is no address of another system; a host that has it all the same must stand in WEBHOOK_HOSTS`;
}

/** How its name is looked up when it is called: every answer is looked at, and the connection goes to one of just those. */
export function lookupFor(url: URL, listed: readonly string[]): LookupFunction {
  const mayBeAnywhere = isListed(url, listed);
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true } as LookupAllOptions, (error, found: LookupAddress[]) => {
      if (error) return done(error, '', 0);
      const problem = mayBeAnywhere ? undefined : found.map(({ address }) => (isOwn(hostOf(url)) ? (isOwn(address) ? undefined : `${hostname} leads to ${address}, which is not this machine`) : problemOfAddress(address))).find((each) => each !== undefined);
      if (problem !== undefined) return done(new AddressRefused(problem), '', 0);
      if (options.all) return (done as unknown as (error: null, addresses: LookupAddress[]) => void)(null, found);
      const [first] = found;
      done(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}
