/** What Slack needs to be set up, checked before anything is answered. */
export interface SlackVariables {
  SLACK_SIGNING_SECRET?: string | undefined;
  SLACK_BOT_TOKEN?: string | undefined;
  SLACK_TEAM_ID?: string | undefined;
}

/** With an empty secret anybody could sign for Slack. Pure. */
export function slackProblems(env: SlackVariables): string[] {
  const wrong: string[] = [];
  const { SLACK_SIGNING_SECRET: secret, SLACK_BOT_TOKEN: bot, SLACK_TEAM_ID: team } = env;
  if (secret !== undefined && secret.trim() === "")
    wrong.push(
      "SLACK_SIGNING_SECRET is empty: anybody could sign for Slack (it stands under Basic Information of the Slack app)",
    );
  else if (bot && !secret)
    wrong.push("SLACK_BOT_TOKEN needs SLACK_SIGNING_SECRET, which proves that a press comes from Slack");
  if (bot && !team)
    wrong.push("SLACK_BOT_TOKEN needs SLACK_TEAM_ID, the Slack workspace (T…) whose people are answered");
  return wrong;
}
