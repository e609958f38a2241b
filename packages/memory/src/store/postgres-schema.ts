/**
 * The tables in Postgres, made where the address points (its search path). Triggers keep tags and outbox in step
 * inside the statement that changes an entry; the search index is a generated column.
 */
export const postgresMigrations = [
  `
CREATE TEXT SEARCH DICTIONARY memory_stem (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION memory_text (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION memory_text ALTER MAPPING FOR asciiword, word, numword WITH memory_stem;

CREATE TABLE memory_entries (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT,
  target TEXT,
  announced BIGINT NOT NULL,
  embedded_with TEXT,
  tags TEXT NOT NULL,
  metadata TEXT NOT NULL,
  title_words TEXT NOT NULL,
  value TEXT NOT NULL,
  value_words TEXT NOT NULL,
  words TSVECTOR NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('memory_text', title_words), 'A') || setweight(to_tsvector('memory_text', value_words), 'D')
  ) STORED,
  UNIQUE (namespace, key)
);
CREATE INDEX memory_entries_newest ON memory_entries (namespace, updated_at_ms DESC, id DESC);
CREATE INDEX memory_entries_expiry ON memory_entries (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
CREATE INDEX memory_entries_embedded ON memory_entries (embedded_with);
CREATE INDEX memory_entries_words ON memory_entries USING GIN (words);

CREATE TABLE memory_tags (
  tag TEXT NOT NULL,
  entry_id BIGINT NOT NULL REFERENCES memory_entries ON DELETE CASCADE,
  PRIMARY KEY (tag, entry_id)
);
CREATE INDEX memory_tags_of_entry ON memory_tags (entry_id);

CREATE TABLE memory_vectors (
  entry_id BIGINT PRIMARY KEY REFERENCES memory_entries ON DELETE CASCADE,
  model TEXT NOT NULL,
  dimension INTEGER NOT NULL,
  vector BYTEA NOT NULL
);

CREATE TABLE memory_outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  target TEXT NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  action TEXT NOT NULL,
  UNIQUE (target, namespace, key)
);

CREATE TABLE memory_leases (target TEXT PRIMARY KEY, holder TEXT NOT NULL, until_ms BIGINT NOT NULL);
CREATE TABLE memory_taken_in (name TEXT PRIMARY KEY);

CREATE FUNCTION memory_tags_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM memory_tags WHERE entry_id = new.id;
  INSERT INTO memory_tags (tag, entry_id) SELECT DISTINCT tag, new.id FROM json_array_elements_text(new.tags::json) AS tag;
  RETURN NULL;
END $$;
CREATE TRIGGER memory_tags_added AFTER INSERT ON memory_entries
  FOR EACH ROW WHEN (new.tags <> '[]') EXECUTE FUNCTION memory_tags_follow();
CREATE TRIGGER memory_tags_changed AFTER UPDATE OF tags ON memory_entries
  FOR EACH ROW WHEN (new.tags <> old.tags) EXECUTE FUNCTION memory_tags_follow();

CREATE FUNCTION memory_outbox_put() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM memory_outbox WHERE target = new.target AND namespace = new.namespace AND key = new.key;
  INSERT INTO memory_outbox (target, namespace, key, action) VALUES (new.target, new.namespace, new.key, 'put');
  RETURN NULL;
END $$;
CREATE FUNCTION memory_outbox_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM memory_outbox WHERE target = old.target AND namespace = old.namespace AND key = old.key;
  INSERT INTO memory_outbox (target, namespace, key, action) VALUES (old.target, old.namespace, old.key, 'forget');
  RETURN NULL;
END $$;
CREATE TRIGGER memory_outbox_put AFTER INSERT ON memory_entries
  FOR EACH ROW WHEN (new.target IS NOT NULL) EXECUTE FUNCTION memory_outbox_put();
CREATE TRIGGER memory_outbox_rewrite AFTER UPDATE OF announced ON memory_entries
  FOR EACH ROW WHEN (new.target IS NOT NULL AND new.announced <> old.announced) EXECUTE FUNCTION memory_outbox_put();
CREATE TRIGGER memory_outbox_forget AFTER DELETE ON memory_entries
  FOR EACH ROW WHEN (old.target IS NOT NULL) EXECUTE FUNCTION memory_outbox_forget();
`,
  // The outbox holds what was written, not only which key: each write is handed on, however many of one key wait.
  `
ALTER TABLE memory_outbox
  DROP CONSTRAINT memory_outbox_target_namespace_key_key,
  ADD COLUMN created_at_ms BIGINT,
  ADD COLUMN updated_at_ms BIGINT,
  ADD COLUMN expires_at_ms BIGINT,
  ADD COLUMN tags TEXT,
  ADD COLUMN metadata TEXT,
  ADD COLUMN value TEXT;
CREATE INDEX memory_outbox_order ON memory_outbox (target, id);
CREATE INDEX memory_outbox_of_key ON memory_outbox (target, namespace, key, id);
UPDATE memory_outbox o SET created_at_ms = e.created_at_ms, updated_at_ms = e.updated_at_ms,
    expires_at_ms = e.expires_at_ms, tags = e.tags, metadata = e.metadata, value = e.value
  FROM memory_entries e WHERE o.action = 'put' AND e.namespace = o.namespace AND e.key = o.key;
DELETE FROM memory_outbox WHERE action = 'put' AND value IS NULL;

CREATE OR REPLACE FUNCTION memory_outbox_put() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO memory_outbox (target, namespace, key, action, created_at_ms, updated_at_ms, expires_at_ms, tags, metadata, value)
    VALUES (new.target, new.namespace, new.key, 'put', new.created_at_ms, new.updated_at_ms, new.expires_at_ms,
      new.tags, new.metadata, new.value);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION memory_outbox_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO memory_outbox (target, namespace, key, action) VALUES (old.target, old.namespace, old.key, 'forget');
  RETURN NULL;
END $$;
`,
];
