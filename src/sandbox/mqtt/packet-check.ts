import { generate, type IConnectPacket, type IPublishPacket, type ISubscribePacket, type Packet } from 'mqtt-packet';
import type { ProtocolVersion } from './packet-codec.js';
import { ProtocolFault, REASON } from './reason-codes.js';

/** The properties that a client may send (MQTT 5 section 2.2.2.2), by packet. */
const PROPERTIES: Partial<Record<Packet['cmd'], readonly string[]>> = {
  connect: ['sessionExpiryInterval', 'receiveMaximum', 'maximumPacketSize', 'topicAliasMaximum', 'requestResponseInformation', 'requestProblemInformation', 'authenticationMethod', 'authenticationData'],
  publish: ['payloadFormatIndicator', 'messageExpiryInterval', 'topicAlias', 'responseTopic', 'correlationData', 'contentType'],
  puback: ['reasonString'],
  subscribe: ['subscriptionIdentifier'],
  unsubscribe: [],
  disconnect: ['sessionExpiryInterval', 'reasonString'],
};
const WILL_PROPERTIES = ['willDelayInterval', 'payloadFormatIndicator', 'messageExpiryInterval', 'contentType', 'responseTopic', 'correlationData'];

/** Packets without a body: these in both versions, DISCONNECT in 3.1.1. */
const HEADER_BYTES = 2;

/**
 * What the parser lets pass although the standard forbids it. It leaves ill-formed UTF-8 as U+FFFD, which would make one topic of two
 * different texts, so no text may hold that character. @throws ProtocolFault
 */
export function checkPacket(packet: Packet, bytes: Buffer, version: ProtocolVersion): void {
  switch (packet.cmd) {
    case 'connect':
      return checkConnect(packet, bytes);
    case 'publish':
      return checkPublish(packet);
    case 'subscribe':
      requireId(packet);
      checkProperties(packet.properties, PROPERTIES.subscribe!);
      if (packet.properties?.subscriptionIdentifier === 0) throw wrong('A subscription identifier is 0.');
      return requireFilters(packet.subscriptions.map(({ topic }) => topic));
    case 'unsubscribe':
      requireId(packet);
      checkProperties(packet.properties, PROPERTIES.unsubscribe!);
      return requireFilters(packet.unsubscriptions);
    case 'puback':
      requireId(packet);
      return checkProperties(packet.properties, PROPERTIES.puback!);
    case 'disconnect':
      if (version === 4 && bytes.length > HEADER_BYTES) throw malformed('A DISCONNECT has a body.');
      return checkProperties(packet.properties, PROPERTIES.disconnect!);
    case 'pingreq':
      if (bytes.length > HEADER_BYTES) throw malformed('A PINGREQ has a body.');
      return undefined;
    case 'connack':
    case 'suback':
    case 'unsuback':
    case 'pingresp':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'auth':
      // Those of a server, those of QoS 2, which is not offered, and AUTH, for which CONNECT would have to name a method.
      throw wrong(`A ${packet.cmd.toUpperCase()} is nothing that a client may send here.`);
  }
}

function checkConnect(packet: IConnectPacket, bytes: Buffer): void {
  const { properties, will, username, password, protocolVersion } = packet;
  if (protocolVersion !== 5 && password !== undefined && username === undefined) throw malformed('A CONNECT has a password without a user name.');
  checkProperties(properties, PROPERTIES.connect!);
  checkProperties(will?.properties, WILL_PROPERTIES);
  if (properties?.receiveMaximum === 0 || properties?.maximumPacketSize === 0) throw wrong('A CONNECT wants a maximum of 0.');
  if (will !== undefined && Number(will.qos) === 3) throw malformed('A will has QoS 3.');
  for (const text of [packet.clientId, will?.topic ?? '', username ?? '']) requireText(text);
  // Bytes behind the payload. With user properties the comparison would not hold: the parser drops some of their order.
  const isPlain = properties?.userProperties === undefined && will?.properties?.userProperties === undefined;
  if (isPlain && generate(packet, { protocolVersion }).length !== bytes.length) throw malformed('A CONNECT is longer than what it holds.');
}

function checkPublish(packet: IPublishPacket): void {
  if (packet.qos > 0) requireId(packet);
  else if (packet.dup) throw malformed('A PUBLISH of QoS 0 is marked as sent before.');
  checkProperties(packet.properties, PROPERTIES.publish!);
  requireText(packet.topic);
  requireText(packet.properties?.responseTopic ?? '');
}

function requireFilters(filters: readonly string[]): void {
  if (filters.length === 0) throw wrong('A request names no topic filter.');
  for (const filter of filters) requireText(filter);
}

function requireId(packet: { messageId?: number } | ISubscribePacket): void {
  if (packet.messageId === undefined || packet.messageId < 1) throw malformed('A packet identifier is 0 or missing.');
}

/** The parser takes properties of all packets in each, and makes an array of one that comes twice. */
function checkProperties(properties: object | undefined, known: readonly string[]): void {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === 'userProperties') {
      checkUserProperties(value as object);
      continue;
    }
    if (!known.includes(name)) throw wrong(`The property ${name} does not belong there.`);
    if (Array.isArray(value)) throw wrong(`The property ${name} stands there twice.`);
    // What the parser makes of a text and of a number that are cut.
    if (value === null || value === -1 || (name === 'subscriptionIdentifier' && typeof value !== 'number')) throw malformed(`The property ${name} is cut.`);
  }
}

/** A name may come several times: then its value is an array. */
function checkUserProperties(properties: object): void {
  for (const [name, values] of Object.entries(properties)) {
    for (const text of [name, values].flat() as unknown[]) {
      if (typeof text !== 'string') throw malformed('A user property is cut.');
      requireText(text);
    }
  }
}

function requireText(text: string): void {
  if (/[\0\uFFFD]/.test(text)) throw malformed('A text is not well-formed UTF-8, or holds U+0000.');
}

const malformed = (message: string) => new ProtocolFault(REASON.malformedPacket, message);
const wrong = (message: string) => new ProtocolFault(REASON.protocolError, message);
