/** Who is connected, and since when; when a message was retained, and what MQTT 5 said with it. */
export const CONNECTIVITY = `
CREATE TABLE connectivity (
  account TEXT NOT NULL, client_id TEXT NOT NULL, connected INTEGER NOT NULL, since INTEGER NOT NULL, reason TEXT,
  certificate_id TEXT NOT NULL, source_ip TEXT NOT NULL, keep_alive INTEGER NOT NULL, session_expiry INTEGER NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY (account, client_id)) STRICT;
ALTER TABLE retained_message ADD COLUMN properties TEXT NOT NULL DEFAULT '{}';
ALTER TABLE retained_message ADD COLUMN modified_at INTEGER NOT NULL DEFAULT 0;
`;
