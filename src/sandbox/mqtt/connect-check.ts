import { randomUUID } from 'node:crypto';
import type { IConnectPacket } from 'mqtt-packet';
import { CLIENT_ID_BYTES, MOST_KEEP_ALIVE, PACKET_BYTES, PAYLOAD_BYTES } from '../model/limits.js';
import { messageOf, type Message } from './message.js';
import type { Opening } from './client-connection.js';
import type { MqttTimes } from './mqtt-times.js';
import { ProtocolFault, REASON } from './reason-codes.js';
import { isReserved, topicComplaint } from './topic.js';

export interface Will {
  readonly message: Message;
  readonly delaySeconds: number;
}

/** What a CONNECT asks for, within AWS's bounds. */
export interface ConnectSettings extends Opening {
  readonly clientId: string;
  /** The client sent no identifier, and is told this one. */
  readonly isAssigned: boolean;
  readonly clean: boolean;
  readonly sessionExpirySeconds: number;
  readonly receiveMaximum: number;
  readonly will: Will | undefined;
}

/** What MQTT 5 takes where the client says nothing (sections 3.1.2.11.3 and 3.1.2.11.4). */
const RECEIVE_MAXIMUM = 65_535;

/** AWS IoT's rules for a CONNECT, less its policies. @throws ProtocolFault */
export function readConnect(packet: IConnectPacket, bounds: Pick<MqttTimes, 'leastKeepAlive' | 'mostSessionExpiry'>): ConnectSettings {
  const { clientId, clean = false, keepalive = 0, properties = {}, protocolVersion } = packet;
  if (properties.authenticationMethod !== undefined) throw new ProtocolFault(REASON.badAuthenticationMethod, 'AWS IoT has no authentication by AUTH packets.');
  const isAssigned = clientId === '';
  if (isAssigned && !clean) throw new ProtocolFault(REASON.clientIdNotValid, 'A session that is kept needs a client id.');
  if (Buffer.byteLength(clientId) > CLIENT_ID_BYTES) throw new ProtocolFault(REASON.clientIdNotValid, `The client id has more than ${CLIENT_ID_BYTES} bytes.`);
  if (isReserved(clientId)) throw new ProtocolFault(REASON.clientIdNotValid, 'The client id begins with a dollar sign, which AWS keeps for those that it makes.');
  // Without clean session MQTT 3.1.1 keeps a session, and AWS as long as the quota says.
  const askedExpiry = protocolVersion === 5 ? (properties.sessionExpiryInterval ?? 0) : clean ? 0 : bounds.mostSessionExpiry;
  return {
    clientId: isAssigned ? `$GEN/${randomUUID()}` : clientId,
    isAssigned,
    clean,
    keepAliveSeconds: keepalive === 0 ? MOST_KEEP_ALIVE : Math.min(Math.max(keepalive, bounds.leastKeepAlive), MOST_KEEP_ALIVE),
    sessionExpirySeconds: Math.min(askedExpiry, bounds.mostSessionExpiry),
    receiveMaximum: properties.receiveMaximum ?? RECEIVE_MAXIMUM,
    maximumPacketSize: Math.min(properties.maximumPacketSize ?? PACKET_BYTES, PACKET_BYTES),
    explains: properties.requestProblemInformation !== false,
    will: readWill(packet),
  };
}

function readWill({ will }: IConnectPacket): Will | undefined {
  if (will === undefined) return undefined;
  const { topic, payload, qos = 0, retain = false, properties } = will;
  if (qos === 2) throw new ProtocolFault(REASON.qosNotSupported, 'AWS IoT has no QoS 2.');
  const complaint = isReserved(topic) ? 'it is reserved for AWS' : topicComplaint(topic);
  if (complaint !== undefined) throw new ProtocolFault(REASON.topicNameInvalid, `The topic of the will is refused: ${complaint}.`);
  if (Buffer.byteLength(payload) > PAYLOAD_BYTES) throw new ProtocolFault(REASON.packetTooLarge, `The will has more than ${PAYLOAD_BYTES} bytes.`);
  return { message: messageOf({ topic, payload, qos, retain }, properties), delaySeconds: properties?.willDelayInterval ?? 0 };
}

