import { lookup as resolve, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

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

/** Where addresses of IPv6 carry one of IPv4, to which gateways and tunnels lead, by what they begin with: the places of its octets. */
const CARRIERS: readonly { begins: readonly [string, number]; octets: readonly (readonly number[])[]; inverted?: true }[] = [
  // IPv4-compatible and IPv4-mapped (RFC 4291 section 2.5.5), IPv4-translated (RFC 2765 section 2.1), NAT64 (RFC 6052 section 2.1), 6to4 (RFC 3056 section 2).
  { begins: ['::', 96], octets: [[12, 13, 14, 15]] },
  { begins: ['::ffff:0:0', 96], octets: [[12, 13, 14, 15]] },
  { begins: ['::ffff:0:0:0', 96], octets: [[12, 13, 14, 15]] },
  { begins: ['64:ff9b::', 96], octets: [[12, 13, 14, 15]] },
  { begins: ['2002::', 16], octets: [[2, 3, 4, 5]] },
  // Teredo (RFC 4380 section 4): its server, and, with each bit inverted, the client.
  { begins: ['2001::', 32], octets: [[4, 5, 6, 7]] },
  { begins: ['2001::', 32], octets: [[12, 13, 14, 15]], inverted: true },
];
/** NAT64 within one network (RFC 8215), which chooses how long its prefix is: RFC 6052 section 2.2 has the places for 48, 56, 64 and 96 bits. */
const LOCAL_NAT64 = { begins: ['64:ff9b:1::', 48], octets: [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]] } as const;
/** ISATAP, within any prefix (RFC 5214 section 6.1): what the second half begins with. */
const ISATAP = ['00005efe', '02005efe'];

/** The addresses of IPv4 that an address of IPv6 may carry. */
function carriedIn(address: string): string[] {
  if (isIP(address) !== 6) return [];
  const parsed = ipaddr.IPv6.parse(address);
  const bytes = parsed.toByteArray();
  const read = (places: readonly number[], inverted = false) => places.map((place) => bytes[place]! ^ (inverted ? 0xff : 0)).join('.');
  const within = ([prefix, bits]: readonly [string, number]) => parsed.match(ipaddr.IPv6.parse(prefix), bits);
  return [
    ...CARRIERS.filter(({ begins }) => within(begins)).flatMap(({ octets, inverted }) => octets.map((places) => read(places, inverted))),
    // Read at the wrong place, it begins with the zeros around it.
    ...(within(LOCAL_NAT64.begins) ? LOCAL_NAT64.octets.map((places) => read(places)).filter((each) => !each.startsWith('0.')) : []),
    ...(ISATAP.includes(Buffer.from(bytes.slice(8, 12)).toString('hex')) ? [read([12, 13, 14, 15])] : []),
  ];
}

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

/** `address`: of IPv6 perhaps with its zone. */
function problemOfAddress(address: string): string | undefined {
  const plain = address.replace(/%.*$/, '');
  if (![plain, ...carriedIn(plain)].some((each) => OWN.check(each, familyOf(each)) || NOBODYS.check(each, familyOf(each)))) return undefined;
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
