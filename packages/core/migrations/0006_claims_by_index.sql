-- Its argument. Its cost says what a row costs that is not found by index but read and checked: too much. A table of
-- which nearly everything is dead has, by its statistics, no rows, and the planner then thinks as well of reading all of them
-- and sorting as of reading the first by index, which is the end of a queue that fills again. An index scan calls
-- the function once. With ten times the cost the planner would think it worth its while to plan each claim anew.
create or replace function skill_fleet_by_index(instant timestamptz) returns timestamptz
language plpgsql stable parallel safe cost 1000
as $$ begin return instant; end $$;
