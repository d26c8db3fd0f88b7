"""The rules: one file each, in one folder for each family.

A rule's file holds its page (the docstring), its check, its sentence and its fix. Importing this
package registers every rule; a new rule is a new file.
"""

import importlib
import pkgutil

for _module in pkgutil.walk_packages(__path__, __name__ + "."):
    importlib.import_module(_module.name)
