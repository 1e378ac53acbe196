/** Functions of Lambda. Their settings and the statements of their policies are JSON. */
export const FUNCTIONS = `
CREATE TABLE function (
  seq INTEGER PRIMARY KEY, account_id TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, settings TEXT NOT NULL, permissions TEXT NOT NULL,
  modified_at INTEGER NOT NULL, UNIQUE (account_id, region, name)) STRICT;
`;
