-- The bodies are compared as whole texts: a jsonb column would rewrite them.
create table if not exists opentop_writes (
    id text primary key,
    body text not null
);
create table if not exists opentop_tokens (
    user_key text primary key,
    body text not null
);
