-- kept_files --
-- Files whose bytes are kept, and what their columns mean.
select id, mapping::text from intake_import where octet_length(content) > 0 order by id

-- empty_files --
-- Take away files with every sample of their cells; what was not applied yet cannot be any more.
update intake_import
set content = '', preview = '{}', mapping = jsonb_build_object('columns', coalesce((
        select jsonb_agg(c.value || '{"samples": [], "evidence": ""}' order by c.number)
        from jsonb_array_elements(mapping -> 'columns') with ordinality as c (value, number)
    ), '[]')),
    state = case when state in ('UPLOADED', 'PREVIEWED') then 'REFUSED' else state end,
    error = case when state in ('UPLOADED', 'PREVIEWED') then %(error)s::text else error end
where id = any(%(import_ids)s::bigint[])

-- refused_files --
-- Files that were refused when they were read: the reason may repeat their first words.
select id, preview #>> '{refusal,detail}' from intake_import where preview ? 'refusal' order by id

-- forget_refusals --
-- Take away the reasons of refused files.
update intake_import set preview = '{}', error = %(error)s::text where id = any(%(import_ids)s::bigint[])

-- kept_rows --
-- The next rows that are kept with their cells.
select r.id, r.raw::text, i.mapping::text
from intake_importrow r
join intake_import i on i.id = r.source_id
where r.id > %(after)s::bigint and r.raw <> '[]'
order by r.id
limit %(limit)s::bigint

-- empty_rows --
-- Take away the cells of rows; that they were rejected and why stays.
update intake_importrow set raw = '[]', detail = '' where id = any(%(row_ids)s::bigint[])
