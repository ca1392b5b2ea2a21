import { Page } from "../../components/Page.tsx";

export function RunPage() {
  return <Page title="Run">{null}</Page>;
}
