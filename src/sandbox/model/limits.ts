/** Things without a thing type have three attributes at most, and the sandbox has no thing types. */
export const ATTRIBUTES_PER_THING = 3;

/** Ten in AWS's guide of 2019; some later pages say twenty. */
export const POLICIES_PER_CERTIFICATE = 10;

/** Quota L-A26060BE, not adjustable. */
export const CAS_PER_SUBJECT = 10;

/** As on AWS's quota page, not checked again. */
export const VERSIONS_PER_TEMPLATE = 5;

/** MQTT limits (AWS IoT Core message broker quotas). */
export const CLIENT_ID_BYTES = 128;
export const TOPIC_BYTES = 256;
export const TOPIC_SLASHES = 7;
export const PAYLOAD_BYTES = 128 * 1024;
/** Of a whole packet, as AWS IoT tells MQTT 5 clients in its CONNACK: the payload, and 18 KB for topic and properties. */
export const PACKET_BYTES = 149_504;
