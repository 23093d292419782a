-- PostgreSQL takes back a failed migration as a whole, but for those that make an index concurrently, of which Flyway keeps
-- that they failed and then refuses to go on. These drop what an earlier attempt has left, so that they can begin anew.
do $$
declare
	failed text;
begin
	if to_regclass('${flyway:table}') is not null then
		for failed in delete from ${flyway:table} where not success returning version || ' (' || description || ')' loop
			raise warning 'The migration % failed before and is tried again', failed;
		end loop;
	end if;
end
$$;
