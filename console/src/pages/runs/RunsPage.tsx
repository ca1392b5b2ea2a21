import { Page } from "../../components/Page.tsx";

export function RunsPage() {
  return <Page title="Runs">{null}</Page>;
}
