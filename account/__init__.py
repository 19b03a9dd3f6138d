"""What Reelway does in an AWS account before and after CloudFormation: checks, deploying, restoring."""
