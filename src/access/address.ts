import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** Where the request comes from, as one owner has it: an IPv4 address, or the first 64 bits of an IPv6 one. */
export function addressOf(request: FastifyRequest): string {
  const address = ipaddr.process(request.ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.fromByteArray([...address.toByteArray().slice(0, 8), ...Array.from({ length: 8 }, () => 0)]).toString()}/64`;
}
