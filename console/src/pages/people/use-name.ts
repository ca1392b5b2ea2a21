import { useQuery } from "@tanstack/react-query";
import { useMay } from "../../api/may.ts";
import { peopleQuery } from "../../api/place-queries.ts";
import { meQuery } from "../../api/queries.ts";

/** The name behind a person's id, where it may be known; else the id. */
export function useName(): (id: string) => string {
  const may = useMay("audit:read");
  const me = useQuery(meQuery);
  const people = useQuery({ ...peopleQuery, enabled: may });
  return (id) =>
    people.data?.find((person) => person.id === id)?.name ??
    (me.data?.user?.id === id ? me.data.user.name : id);
}
