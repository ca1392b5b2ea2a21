-- What a person wrote, with its comments and the order of its fields; command_json is canonical and holds neither.
ALTER TABLE command_versions ADD COLUMN source TEXT; -- YAML of the same definition, when the version was put with it
