/** What a unit was loaded with. Certificates and keys in PEM. */
export interface LoadedUnit {
  certificate: string;
  /** From the issuer of the certificate up to the authority. */
  chain: string;
  thingName: string;
  privateKey: string;
  /** Certificate of the authority that the chain must end with, where it is known. */
  authority: string | undefined;
}

/** How the check reaches an endpoint. */
export interface EndpointWay {
  /** Complete name, which is sent as SNI and which the server's certificate must have. */
  host: string;
  /** Where the packets go: the sandbox's own address, or the host. */
  connectTo: string;
  port: number;
  /** Where MQTT has no port of its own: `x-amzn-mqtt-ca` on port 443 (AWS IoT developer guide, "Device communication protocols"). */
  alpn?: string;
  /** PEM: the roots that the unit trusts. */
  roots: string;
}
