"""What good infrastructure is, as rules over the tree; each names the recommendation that it comes from.

WAF is Microsoft's Azure Well-Architected Framework (SE security, RE reliability, OE operations, CO cost, PE
performance); AVM is Azure Verified Modules' specification. What a service's own documentation adds stands after it.
"""

from devstack.infrastructure.policies import app, database, environments, network, storage, tree, watching
from devstack.infrastructure.policies.registry import POLICIES, check_policies

__all__ = ["POLICIES", "app", "check_policies", "database", "environments", "network", "storage", "tree", "watching"]
