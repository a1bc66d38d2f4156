"""What shoppers do, in the schema of User Behavior Insights 1.3: received, stored by day, queried."""
