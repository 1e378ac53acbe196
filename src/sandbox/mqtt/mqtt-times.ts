import { LEAST_KEEP_ALIVE, SESSION_EXPIRY } from '../model/limits.js';

/** How long the MQTT server waits for what. */
export interface MqttTimes {
  /** Milliseconds from a connection to the end of its TLS handshake, and from there to its CONNECT. */
  readonly handshakeMs: number;
  readonly connectMs: number;
  /** Milliseconds between two CONNECTs of a client id. 0: as often as it likes. */
  readonly connectIntervalMs: number;
  /** Seconds. */
  readonly leastKeepAlive: number;
  readonly mostSessionExpiry: number;
}

export const MQTT_TIMES: MqttTimes = { handshakeMs: 10_000, connectMs: 10_000, connectIntervalMs: 1_000, leastKeepAlive: LEAST_KEEP_ALIVE, mostSessionExpiry: SESSION_EXPIRY };
