/**
 * The tables in SQLite. Triggers keep search index, tags and outbox in step: they run inside the statement that
 * changes an entry, so that all of it is written or none.
 */
export const sqliteMigrations = [
  `
CREATE TABLE memory_entries (
  id INTEGER PRIMARY KEY,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  target TEXT,
  announced INTEGER NOT NULL,
  embedded_with TEXT,
  tags TEXT NOT NULL,
  metadata TEXT NOT NULL,
  title_words TEXT NOT NULL,
  value TEXT NOT NULL,
  value_words TEXT NOT NULL,
  UNIQUE (namespace, key)
);
CREATE INDEX memory_entries_newest ON memory_entries (namespace, updated_at_ms DESC, id DESC, expires_at_ms);
CREATE INDEX memory_entries_expiry ON memory_entries (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
CREATE INDEX memory_entries_embedded ON memory_entries (embedded_with);

CREATE VIRTUAL TABLE memory_words USING fts5(
  title_words, value_words, content = 'memory_entries', content_rowid = 'id', tokenize = 'porter ascii'
);
CREATE TRIGGER memory_words_added AFTER INSERT ON memory_entries BEGIN
  INSERT INTO memory_words (rowid, title_words, value_words) VALUES (new.id, new.title_words, new.value_words);
END;
CREATE TRIGGER memory_words_removed AFTER DELETE ON memory_entries BEGIN
  INSERT INTO memory_words (memory_words, rowid, title_words, value_words)
    VALUES ('delete', old.id, old.title_words, old.value_words);
END;
CREATE TRIGGER memory_words_changed AFTER UPDATE OF title_words, value_words ON memory_entries BEGIN
  INSERT INTO memory_words (memory_words, rowid, title_words, value_words)
    VALUES ('delete', old.id, old.title_words, old.value_words);
  INSERT INTO memory_words (rowid, title_words, value_words) VALUES (new.id, new.title_words, new.value_words);
END;

CREATE TABLE memory_tags (
  tag TEXT NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES memory_entries ON DELETE CASCADE,
  PRIMARY KEY (tag, entry_id)
) WITHOUT ROWID;
CREATE INDEX memory_tags_of_entry ON memory_tags (entry_id);
CREATE TRIGGER memory_tags_added AFTER INSERT ON memory_entries WHEN new.tags <> '[]' BEGIN
  INSERT INTO memory_tags (tag, entry_id) SELECT DISTINCT value, new.id FROM json_each(new.tags);
END;
CREATE TRIGGER memory_tags_changed AFTER UPDATE OF tags ON memory_entries WHEN new.tags <> old.tags BEGIN
  DELETE FROM memory_tags WHERE entry_id = new.id;
  INSERT INTO memory_tags (tag, entry_id) SELECT DISTINCT value, new.id FROM json_each(new.tags);
END;

CREATE TABLE memory_vectors (
  entry_id INTEGER PRIMARY KEY REFERENCES memory_entries ON DELETE CASCADE,
  model TEXT NOT NULL,
  dimension INTEGER NOT NULL,
  vector BLOB NOT NULL
);

CREATE TABLE memory_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  action TEXT NOT NULL,
  UNIQUE (target, namespace, key)
);
CREATE TRIGGER memory_outbox_put AFTER INSERT ON memory_entries WHEN new.target IS NOT NULL BEGIN
  DELETE FROM memory_outbox WHERE target = new.target AND namespace = new.namespace AND key = new.key;
  INSERT INTO memory_outbox (target, namespace, key, action) VALUES (new.target, new.namespace, new.key, 'put');
END;
CREATE TRIGGER memory_outbox_rewrite AFTER UPDATE OF announced ON memory_entries
  WHEN new.target IS NOT NULL AND new.announced <> old.announced BEGIN
  DELETE FROM memory_outbox WHERE target = new.target AND namespace = new.namespace AND key = new.key;
  INSERT INTO memory_outbox (target, namespace, key, action) VALUES (new.target, new.namespace, new.key, 'put');
END;
CREATE TRIGGER memory_outbox_forget AFTER DELETE ON memory_entries WHEN old.target IS NOT NULL BEGIN
  DELETE FROM memory_outbox WHERE target = old.target AND namespace = old.namespace AND key = old.key;
  INSERT INTO memory_outbox (target, namespace, key, action) VALUES (old.target, old.namespace, old.key, 'forget');
END;

CREATE TABLE memory_leases (target TEXT PRIMARY KEY, holder TEXT NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE memory_taken_in (name TEXT PRIMARY KEY) WITHOUT ROWID;
`,
  // The outbox holds what was written, not only which key: each write is handed on, however many of one key wait.
  `
DROP TRIGGER memory_outbox_put;
DROP TRIGGER memory_outbox_rewrite;
DROP TRIGGER memory_outbox_forget;
ALTER TABLE memory_outbox RENAME TO memory_outbox_of_keys;

CREATE TABLE memory_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  action TEXT NOT NULL,
  created_at_ms INTEGER,
  updated_at_ms INTEGER,
  expires_at_ms INTEGER,
  tags TEXT,
  metadata TEXT,
  value TEXT
);
CREATE INDEX memory_outbox_order ON memory_outbox (target, id);
CREATE INDEX memory_outbox_of_key ON memory_outbox (target, namespace, key, id);
INSERT INTO memory_outbox
  SELECT o.id, o.target, o.namespace, o.key, o.action,
    e.created_at_ms, e.updated_at_ms, e.expires_at_ms, e.tags, e.metadata, e.value
  FROM memory_outbox_of_keys o
    LEFT JOIN memory_entries e ON o.action = 'put' AND e.namespace = o.namespace AND e.key = o.key
  WHERE o.action = 'forget' OR e.id IS NOT NULL;
DROP TABLE memory_outbox_of_keys;

CREATE TRIGGER memory_outbox_put AFTER INSERT ON memory_entries WHEN new.target IS NOT NULL BEGIN
  INSERT INTO memory_outbox (target, namespace, key, action, created_at_ms, updated_at_ms, expires_at_ms, tags, metadata, value)
    VALUES (new.target, new.namespace, new.key, 'put', new.created_at_ms, new.updated_at_ms, new.expires_at_ms,
      new.tags, new.metadata, new.value);
END;
CREATE TRIGGER memory_outbox_rewrite AFTER UPDATE OF announced ON memory_entries
  WHEN new.target IS NOT NULL AND new.announced <> old.announced BEGIN
  INSERT INTO memory_outbox (target, namespace, key, action, created_at_ms, updated_at_ms, expires_at_ms, tags, metadata, value)
    VALUES (new.target, new.namespace, new.key, 'put', new.created_at_ms, new.updated_at_ms, new.expires_at_ms,
      new.tags, new.metadata, new.value);
END;
CREATE TRIGGER memory_outbox_forget AFTER DELETE ON memory_entries WHEN old.target IS NOT NULL BEGIN
  INSERT INTO memory_outbox (target, namespace, key, action) VALUES (old.target, old.namespace, old.key, 'forget');
END;
`,
];
