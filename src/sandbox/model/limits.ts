/** Quota L-3964F400 for things with a thing type; three without one (quota page of 2019). */
export const ATTRIBUTES_PER_TYPED_THING = 50;
export const ATTRIBUTES_PER_THING = 3;

/** As on AWS's page of thing group limits, not checked again. */
export const GROUPS_PER_THING = 10;
export const THING_GROUP_DEPTH = 7;
export const SEARCHABLE_ATTRIBUTES = 3;

/** The API reference of CreatePolicyVersion: "A managed policy can have up to five versions". */
export const VERSIONS_PER_POLICY = 5;

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

/** One SUBSCRIBE names eight filters, and one connection has 50 subscriptions. */
export const FILTERS_PER_SUBSCRIBE = 8;
export const SUBSCRIPTIONS_PER_CONNECTION = 50;

/** Messages of QoS 1 in one direction of a connection that wait for their PUBACK. */
export const UNACKNOWLEDGED_MESSAGES = 100;

/** Messages of QoS 1 that wait in a session. AWS names no number. */
export const WAITING_MESSAGES = 10_000;

/** Topic aliases that a client may use on a connection (quota L-C0EA6C17). */
export const TOPIC_ALIASES = 8;

/** Seconds: 0 asks for the most, and what lies outside is moved to the bound. */
export const LEAST_KEEP_ALIVE = 30;
export const MOST_KEEP_ALIVE = 1_200;

/** Seconds that a session outlives its connection at most (quota L-3BB6AFBC). */
export const SESSION_EXPIRY = 3_600;
