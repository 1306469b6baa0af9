-- newest_versions --
-- The newest version of every template, whether it is in use or not.
select distinct on (key, channel, language) key, channel, language, number, content_hash
from outreach_templateversion
order by key, channel, language, number desc

-- retire --
-- Take versions out of use that a newer wording replaces.
update outreach_templateversion t
set is_active = false
from unnest(%(keys)s::text[], %(languages)s::text[]) as n (key, language)
where t.key = n.key and t.language = n.language and t.channel = 'EMAIL' and t.is_active

-- add_versions --
-- Write new wordings and put them in use.
insert into outreach_templateversion (
    key, channel, language, number, name, subject, text, html, content_hash, is_active, created_at
)
select n.key, 'EMAIL', n.language, n.number, n.name, n.subject, n.text, n.html, n.content_hash, true,
    %(at)s::timestamptz
from unnest(
    %(keys)s::text[], %(languages)s::text[], %(numbers)s::int[], %(names)s::text[], %(subjects)s::text[],
    %(texts)s::text[], %(htmls)s::text[], %(hashes)s::text[]
) as n (key, language, number, name, subject, text, html, content_hash)

-- active --
-- The wordings in use.
select id, key, language, subject, text, html from outreach_templateversion
where is_active and channel = 'EMAIL'

-- names --
-- What people call the wordings in use.
select key, language, name from outreach_templateversion where is_active and channel = 'EMAIL'
