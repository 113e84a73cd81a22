"""The HTTP front: routes with their roles, bodies, problems, the edge around them, and the published description."""
