import type { IPublishPacket } from 'mqtt-packet';

type PublishProperties = NonNullable<IPublishPacket['properties']>;
/** What MQTT 5 passes on unchanged from the publisher to the subscribers (section 3.3.2.3). */
export type ForwardedProperties = Pick<PublishProperties, 'payloadFormatIndicator' | 'contentType' | 'responseTopic' | 'correlationData' | 'userProperties'>;

/** An application message on its way through the broker. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly properties: ForwardedProperties;
  /** Milliseconds since 1970; undefined: it does not expire. */
  readonly expiresAt: number | undefined;
}

/** A message for one session, as its subscriptions want it. */
export interface Delivery {
  readonly message: Message;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[];
}

/** A message of QoS 0 or 1 of these bytes, without anything that only MQTT 5 has. */
export const plainMessage = (topic: string, payload: Buffer, qos: 0 | 1, retain = false): Message => ({ topic, payload, qos, retain, properties: {}, expiresAt: undefined });

/** @param properties of a PUBLISH or of a will */
export function messageOf(fields: { topic: string; payload: string | Buffer; qos: 0 | 1; retain: boolean }, properties: PublishProperties = {}, now = Date.now()): Message {
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties, messageExpiryInterval } = properties;
  const forwarded = { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties };
  return {
    ...fields,
    payload: Buffer.from(fields.payload),
    properties: Object.fromEntries(Object.entries(forwarded).filter(([, value]) => value !== undefined)),
    expiresAt: messageExpiryInterval === undefined ? undefined : now + messageExpiryInterval * 1_000,
  };
}

export const isExpired = ({ expiresAt }: Message, now = Date.now()): boolean => expiresAt !== undefined && expiresAt <= now;

/** The PUBLISH of a delivery. */
export function publishPacket({ message, qos, retain, subscriptionIdentifiers }: Delivery, sent: { messageId?: number; dup: boolean }, now = Date.now()): IPublishPacket {
  const { topic, payload, properties, expiresAt } = message;
  return {
    cmd: 'publish', topic, payload, qos, retain, ...sent,
    properties: {
      ...properties,
      // Seconds that are left, at least one: 0 would be expired.
      ...(expiresAt === undefined ? {} : { messageExpiryInterval: Math.max(1, Math.ceil((expiresAt - now) / 1_000)) }),
      ...(subscriptionIdentifiers.length === 0 ? {} : { subscriptionIdentifier: [...subscriptionIdentifiers] }),
    },
  };
}
