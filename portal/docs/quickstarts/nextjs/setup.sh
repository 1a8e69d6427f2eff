npm install next react react-dom
