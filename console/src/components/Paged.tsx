/** A list that comes in pages: loading, broken, empty, and the button for what is older. */
import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { isValidElement, type ReactNode } from "react";
import { Button } from "./Button.tsx";
import { Loading, Problem } from "./Empty.tsx";

export interface PageOf<T> {
  items: T[];
  next_cursor: string | null;
}

/** All pages that were asked for so far, as one list; looked at again every `everyMs`. */
export function usePaged<T>(
  queryKey: QueryKey,
  read: (cursor: string | undefined) => Promise<PageOf<T>>,
  everyMs?: number,
) {
  const query = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => read(pageParam),
    getNextPageParam: (page: PageOf<T>) => page.next_cursor ?? undefined,
    ...(everyMs ? { refetchInterval: everyMs } : {}),
  });
  return { query, items: query.data?.pages.flatMap(({ items }) => items) };
}

export function Paged<T>({
  of: { query, items },
  label,
  empty,
  children,
}: {
  of: ReturnType<typeof usePaged<T>>;
  /** What is loading. */
  label: string;
  empty: ReactNode;
  children(items: T[]): ReactNode;
}) {
  if (!items)
    return query.error ? (
      <Problem error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Loading lines={6} label={label} mayBeEmpty={offersFirst(empty)} />
    );
  return (
    <>
      {query.error && <Problem error={query.error} retry={() => void query.refetch()} />}
      {items.length === 0 ? empty : children(items)}
      {query.hasNextPage && (
        <div className="px-4 py-3 md:px-6">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

/** Whether the empty list has the button that makes the first one. */
function offersFirst(empty: ReactNode): boolean {
  return isValidElement<{ first?: ReactNode }>(empty) && Boolean(empty.props.first);
}
